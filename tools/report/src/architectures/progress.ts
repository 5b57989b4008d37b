/** Called with each step of a measurement. */
export type Progress = (doing: string) => void;
