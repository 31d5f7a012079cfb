/** Values nested deeper than this overflow the stack of whoever reads, writes or compares them. */
export const MAX_VALUE_DEPTH = 128

/** Whether brackets outside strings are nested more deeply than that. The text need not be JSON. */
export function isTooDeep(text: string): boolean {
  if (text.length <= MAX_VALUE_DEPTH) return false
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (inString) {
      if (char === 0x5c) i++
      else if (char === 0x22) inString = false
    } else if (char === 0x22) inString = true
    else if (char === 0x5b || char === 0x7b) {
      if (++depth > MAX_VALUE_DEPTH) return true
    } else if (char === 0x5d || char === 0x7d) depth--
  }
  return false
}
