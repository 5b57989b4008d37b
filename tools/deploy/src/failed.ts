/** Something outside of our code went wrong: its message says all there is to say. */
export class Failed extends Error {}
