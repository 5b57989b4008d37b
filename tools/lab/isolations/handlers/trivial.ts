/** Does nothing, so that all cost is that of the isolation. */
export const handler = async () => 'done';
