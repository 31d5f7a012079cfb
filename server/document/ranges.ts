/**
 * Sorted, disjoint, non-adjacent half-open ranges of clocks, kept flat: [start, end, start, end, ...].
 * A room can have thousands of them per client, so there are no objects.
 */
export type Ranges = number[]

/** Client id -> what is deleted of it. */
export type Deletes = Map<number, Ranges>

/** Index (always even) of the first range that ends after `clock`. */
function firstEndingAfter(ranges: readonly number[], clock: number): number {
  let low = 0
  let high = ranges.length >> 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (ranges[2 * middle + 1] > clock) high = middle
    else low = middle + 1
  }
  return 2 * low
}

/** Adds [start, end) in place, merging with what it overlaps or touches. */
export function addRange(ranges: Ranges, start: number, end: number): void {
  const size = ranges.length
  // Appending is by far the most common case.
  if (size === 0 || start > ranges[size - 1]) {
    ranges.push(start, end)
    return
  }
  const first = firstEndingAfter(ranges, start - 1)
  let last = first
  while (last < size && ranges[last] <= end) last += 2
  if (last === first) {
    ranges.splice(first, 0, start, end)
    return
  }
  const mergedStart = Math.min(start, ranges[first])
  const mergedEnd = Math.max(end, ranges[last - 1])
  ranges.splice(first, last - first, mergedStart, mergedEnd)
}

/** The parts of [start, end) that are not in `ranges`. */
export function uncovered(ranges: readonly number[] | undefined, start: number, end: number): Ranges {
  if (ranges === undefined) return [start, end]
  const missing: Ranges = []
  let at = start
  for (let i = firstEndingAfter(ranges, start); i < ranges.length && ranges[i] < end; i += 2) {
    if (ranges[i] > at) missing.push(at, ranges[i])
    at = ranges[i + 1]
  }
  if (at < end) missing.push(at, end)
  return missing
}

/** Adds sorted ranges in place: one by one while they are few, else in one linear pass. */
export function addRanges(ranges: Ranges, added: readonly number[]): void {
  if (added.length <= 16) {
    for (let i = 0; i < added.length; i += 2) addRange(ranges, added[i], added[i + 1])
    return
  }
  const old = ranges.splice(0)
  let i = 0
  let j = 0
  while (i < old.length || j < added.length) {
    const fromOld = j >= added.length || (i < old.length && old[i] <= added[j])
    if (fromOld) addRange(ranges, old[i++], old[i++])
    else addRange(ranges, added[j++], added[j++])
  }
}

/** Adds everything in `added` to `deletes`, in place. Returns how many ranges more there are now; fewer when they merge. */
export function addDeletes(deletes: Deletes, added: Deletes): number {
  let more = 0
  for (const [client, ranges] of added) {
    const known = deletes.get(client)
    more -= (known?.length ?? 0) / 2
    if (known === undefined) deletes.set(client, ranges.slice())
    else addRanges(known, ranges)
    more += (known ?? ranges).length / 2
  }
  return more
}

export function countRanges(deletes: Deletes): number {
  let count = 0
  for (const ranges of deletes.values()) count += ranges.length / 2
  return count
}
