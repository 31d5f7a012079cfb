/**
 * The origins, in Yjs' transactions and awareness changes, of what was not made here: it came from the server, from what
 * this browser kept, or from another tab.
 */
export const SERVER = Symbol('y-harbor server')
export const STORAGE = Symbol('y-harbor storage')
export const TAB = Symbol('y-harbor tab')

/** Whether something of that origin was made here. */
export function isOwnOrigin(origin: unknown): boolean {
  return origin !== SERVER && origin !== STORAGE && origin !== TAB
}
