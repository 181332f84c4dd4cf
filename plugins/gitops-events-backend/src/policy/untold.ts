/** A policy could not tell; the message says why. */
export class Untold extends Error {}
