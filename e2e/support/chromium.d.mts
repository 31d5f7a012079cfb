/** The path of a Chromium that can be started here, or null. */
export function findChromium(): string | null
