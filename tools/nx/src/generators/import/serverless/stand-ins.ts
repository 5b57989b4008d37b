/** Stands for the name of any stage. */
export const anyStage = 'nanosanystage';

/** Stands for a value from an environment variable or another file: it may be a secret. */
export const fromElsewhere = 'nanosvaluefromelsewhere';
