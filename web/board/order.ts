/**
 * Places in a list that people reorder at once: each is a fraction between 0 and 1 in base 62, so that something can be put
 * between two others without touching them. Some chance in each keeps two people who put something into the same gap from
 * choosing the same one.
 */

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const base = 62n
/** Digits of a place at an end of a list, where most things are put. */
const shortest = 6
/** How far from the last one the next is put at an end, at least: there are 100,000 such steps before places grow longer. */
const step = 62n ** 3n
/** A gap is divided with so much room that chance has something to choose from. */
const roomy = 62n ** 3n
/** Longer ones of other programs count as none. */
const maxLength = 255
/** Beyond this the list is better spaced anew. */
const unwieldy = 60

/** The value as a place; empty, which is before all others, when some program wrote another shape. */
export function readOrder(value: unknown): string {
  return typeof value === 'string' && value.length <= maxLength && /^[0-9A-Za-z]*[1-9A-Za-z]$/.test(value) ? value : ''
}

/**
 * A place between two neighbours, where null is an end of the list. Null when there is none: they have the same place, or
 * so many were put between them that the list is better spaced anew. `random` is in [0, 1).
 */
export function orderBetween(before: string | null, after: string | null, random: () => number): string | null {
  let length = Math.max(before?.length ?? 0, after?.length ?? 0, shortest)
  let low = before === null ? 0n : numberOf(before, length)
  let high = after === null ? base ** BigInt(length) : numberOf(after, length)
  if (low >= high) return null
  while (high - low < roomy) {
    length += 1
    low *= base
    high *= base
  }
  const between = choose(low, high, before === null, after === null, random)
  const order = textOf(between, length)
  return order.length > unwieldy ? null : order
}

/** So many places for a list, in order. */
export function evenOrders(count: number): string[] {
  const orders: string[] = []
  const gap = base ** BigInt(shortest) / BigInt(count + 1)
  for (let n = 1; n <= count; n++) orders.push(textOf(gap * BigInt(n), shortest))
  return orders
}

function choose(low: bigint, high: bigint, isFirst: boolean, isLast: boolean, random: () => number): bigint {
  const gap = high - low
  // At an end one step away, so that thousands can follow: halves of what is left would be used up after a few.
  if (isFirst !== isLast && gap > step * 4n) {
    const distance = step + fraction(step, random)
    return isLast ? low + distance : high - distance
  }
  return low + gap / 4n + fraction(gap / 2n, random)
}

/** A random part of it. */
function fraction(whole: bigint, random: () => number): bigint {
  return (whole * BigInt(Math.floor(random() * 2 ** 32))) / 2n ** 32n
}

function numberOf(order: string, length: number): bigint {
  let value = 0n
  for (const digit of order) value = value * base + BigInt(digits.indexOf(digit))
  return value * base ** BigInt(length - order.length)
}

/** Without zeros at its end, which would be another text for the same place. */
function textOf(value: bigint, length: number): string {
  let text = ''
  for (let n = 0; n < length; n++) {
    text = digits.charAt(Number(value % base)) + text
    value /= base
  }
  return text.replace(/0+$/, '')
}
