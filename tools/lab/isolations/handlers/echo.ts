/** Returns its event. */
export const handler = async (event: unknown) => event;
