/** A page without a network, and without anything that it keeps: for what the page does by itself. */

/** Never opens. */
export class NoSocket {
  send(): void {}
  close(): void {}
}

/** In place of the browser's storage: remembers for as long as it is there. */
export function memory() {
  const values = new Map<string, string>()
  return {
    getItem: (key: string): string | null => values.get(key) ?? null,
    setItem: (key: string, value: string): void => void values.set(key, value),
    removeItem: (key: string): void => void values.delete(key),
  }
}
