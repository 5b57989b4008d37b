/** Answers with what it was asked. */
export const handler = async (event: unknown) => event;
