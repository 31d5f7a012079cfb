/**
 * Makes this tab the one that sends an upload. Returns how to let go of it; null when another tab has it. Where tabs cannot
 * agree (pages without a secure origin), every tab has: the server takes one after the other, and nothing twice.
 */
export function claim(name: string): Promise<(() => void) | null> {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks
  if (locks == null) return Promise.resolve(() => undefined)
  return new Promise((resolve, reject) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      if (lock === null) {
        resolve(null)
        return undefined
      }
      return new Promise<void>(letGo => resolve(letGo))
    }
    locks.request(name, { ifAvailable: true }, hold).catch(reject)
  })
}
