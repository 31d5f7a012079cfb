/**
 * What has been delivered, counted in operations. Servers merge, split and repeat frames as they like; a struct's
 * (client, clock) stays what it is.
 */

import * as Y from 'yjs'

/** @typedef {{client: number, from: number, to: number}} Range  clocks from (included) to (excluded) */

/** @param {Uint8Array} update  @returns {Range[]} what it brings, gaps left out */
export function rangesOf(update) {
  const ranges = []
  let last = null
  for (const struct of Y.decodeUpdate(update).structs) {
    if (struct instanceof Y.Skip) continue
    const { client, clock } = struct.id
    if (last !== null && last.client === client && last.to === clock) last.to += struct.length
    else {
      last = { client, from: clock, to: clock + struct.length }
      ranges.push(last)
    }
  }
  return ranges
}

const smallBytes = 4_096
const rememberedSmall = 200_000
const rememberedLarge = 64

/** Remembers what it decoded: a room's frame goes to everyone, and is decoded here once. */
export class Decoder {
  #small = new Map()
  #large = []

  /** @param {Buffer} bytes  @returns {Range[]} */
  ranges(bytes) {
    return bytes.length <= smallBytes ? this.#rangesOfSmall(bytes) : this.#rangesOfLarge(bytes)
  }

  /** Decodes ahead of the clock what will come back as it is. */
  learn(update) {
    this.ranges(Buffer.from(update.buffer, update.byteOffset, update.length))
  }

  #rangesOfSmall(bytes) {
    const key = bytes.latin1Slice(0, bytes.length)
    const known = this.#small.get(key)
    if (known !== undefined) return known
    if (this.#small.size >= rememberedSmall) this.#small.clear()
    const ranges = rangesOf(bytes)
    this.#small.set(key, ranges)
    return ranges
  }

  #rangesOfLarge(bytes) {
    const known = this.#large.find(one => one.bytes.length === bytes.length && one.bytes.equals(bytes))
    if (known !== undefined) return known.ranges
    if (this.#large.length >= rememberedLarge) this.#large.shift()
    const copy = Buffer.from(bytes)
    const ranges = rangesOf(copy)
    this.#large.push({ bytes: copy, ranges })
    return ranges
  }
}

/** One receiver's share: from which client it has everything up to which clock. */
export class Ledger {
  /** @type {Map<number, number>} */
  next = new Map()
  /** @type {Range[]} what arrived before something that it follows */
  early = []
  total = 0

  /**
   * @param {Range[]} ranges
   * @param {(client: number, from: number, to: number) => void} [onNew]
   * @returns {number} how many clocks are new
   */
  take(ranges, onNew) {
    let fresh = 0
    for (const range of ranges) {
      const next = this.next.get(range.client) ?? 0
      if (range.to <= next) continue
      if (range.from > next) {
        this.early.push(range)
        continue
      }
      this.next.set(range.client, range.to)
      fresh += range.to - next
      onNew?.(range.client, next, range.to)
    }
    this.total += fresh
    if (fresh > 0 && this.early.length > 0) fresh += this.take(this.early.splice(0), onNew)
    return fresh
  }

  /** @param {Map<number, number>} vector */
  has(vector) {
    for (const [client, clock] of vector) if ((this.next.get(client) ?? 0) < clock) return false
    return true
  }
}
