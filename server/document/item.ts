import { Cursor } from './cursor.ts'
import { type Milestones, milestonesOf, Pieces, SEGMENT_BYTES, type Standing } from './pieces.ts'
import {
  ANY,
  BINARY,
  CONTENT,
  DELETED,
  EMBED,
  FORMAT,
  HAS_ORIGIN,
  HAS_PARENT_SUB,
  HAS_RIGHT_ORIGIN,
  JSON_VALUES,
  STRING,
  type Struct,
  TYPE,
} from './struct.ts'
import { canonicalAny, canonicalJson, type Digests, equalBytes } from './value.ts'

/** What was found out about bytes that stay as they are; it goes when they do. */
export class Findings {
  readonly #byBytes = new WeakMap<Uint8Array, { milestones: Map<number, Milestones>; digests: Digests }>()

  milestonesOf(standing: Standing): Milestones {
    if (standing.end - standing.start <= SEGMENT_BYTES) return milestonesOf(standing)
    const { milestones } = this.#of(standing.bytes)
    const found = milestones.get(standing.start) ?? milestonesOf(standing)
    milestones.set(standing.start, found)
    return found
  }

  digests(bytes: Uint8Array): Digests {
    return this.#of(bytes).digests
  }

  #of(bytes: Uint8Array): { milestones: Map<number, Milestones>; digests: Digests } {
    let found = this.#byBytes.get(bytes)
    if (found === undefined) {
      found = { milestones: new Map(), digests: new Map() }
      this.#byBytes.set(bytes, found)
    }
    return found
  }
}

/** A struct where it stands in bytes, of which any piece can be compared with the same piece of another. */
export class Item {
  readonly end: number
  readonly #bytes: Uint8Array
  readonly #client: number
  readonly #struct: Struct
  readonly #findings: Findings
  #start = -1
  #pieces: Pieces | null = null

  constructor(bytes: Uint8Array, client: number, struct: Struct, findings: Findings) {
    this.end = struct.clock + struct.length
    this.#bytes = bytes
    this.#client = client
    this.#struct = struct
    this.#findings = findings
  }

  /** Of garbage only the length is left. */
  get isGarbage(): boolean {
    return this.#struct.kind !== 'item'
  }

  /**
   * Whether the clocks [from, to), which both hold, are the same in both: as Yjs would write them if each were cut there. No
   * two honest copies differ by this, however they were cut, merged or encoded. What is deleted in one of them says nothing
   * of what it was, but still where it hung.
   */
  isSame(other: Item, from: number, to: number): boolean {
    if (this.isGarbage || other.isGarbage || this.#standsLike(other, from, to)) return true
    if (!this.#hangsLike(other, from)) return false
    if (this.#content === DELETED || other.#content === DELETED) return true
    return this.#content === other.#content && this.#saysLike(other, from, to)
  }

  /** Both are that piece and nothing else, in the same bytes: most are. */
  #standsLike(other: Item, from: number, to: number): boolean {
    const [{ clock, start, end }, { clock: otherClock, start: otherStart, end: otherEnd }] = [
      this.#struct,
      other.#struct,
    ]
    if (clock !== from || otherClock !== from || this.end !== to || other.end !== to) return false
    return equalBytes(this.#bytes, start, end, other.#bytes, otherStart, otherEnd)
  }

  get #content(): number {
    return this.#struct.info & CONTENT
  }

  #has(flag: number): boolean {
    return (this.#struct.info & flag) !== 0
  }

  #hangsLike(other: Item, clock: number): boolean {
    const [hasLeft, hasRight] = [this.#hasOrigin(clock), this.#has(HAS_RIGHT_ORIGIN)]
    if (hasLeft !== other.#hasOrigin(clock) || hasRight !== other.#has(HAS_RIGHT_ORIGIN)) return false
    if (
      hasLeft &&
      (this.#originPart(clock, 0) !== other.#originPart(clock, 0) ||
        this.#originPart(clock, 1) !== other.#originPart(clock, 1))
    )
      return false
    if (hasRight) return sameEnd(this.#struct.needs, other.#struct.needs)
    return hasLeft || this.#hasParentOf(other)
  }

  #hasOrigin(clock: number): boolean {
    return clock > this.#struct.clock || this.#has(HAS_ORIGIN)
  }

  /** Client (0) or clock (1) of what is left of `clock`. */
  #originPart(clock: number, part: 0 | 1): number {
    if (clock === this.#struct.clock) return this.#struct.needs[part]
    return part === 0 ? this.#client : clock - 1
  }

  /** Both begin here and name their parent. */
  #hasParentOf(other: Item): boolean {
    const [own, others] = [this.#struct.needs, other.#struct.needs]
    const isKeyed = this.#has(HAS_PARENT_SUB)
    if (own.length !== others.length || isKeyed !== other.#has(HAS_PARENT_SUB)) return false
    if (own.length > 0 && !sameEnd(own, others)) return false
    const [mine, theirs] = [this.#cursorAtParent(), other.#cursorAtParent()]
    // A root is its name; a type was compared by its id.
    if (own.length === 0 && !sameField(mine, theirs)) return false
    return !isKeyed || sameField(mine, theirs)
  }

  #cursorAtParent(): Cursor {
    const { start, end, needs } = this.#struct
    const cursor = new Cursor(this.#bytes, start + 1, end)
    cursor.uint()
    if (needs.length > 0) skipId(cursor)
    return cursor
  }

  #saysLike(other: Item, from: number, to: number): boolean {
    switch (this.#content) {
      case STRING:
        return sameText(this.#text(from, to), other.#text(from, to))
      case JSON_VALUES:
      case ANY:
        for (let clock = from; clock < to; clock++) if (!this.#hasValueOf(other, clock)) return false
        return true
      default:
        return this.#saysOneThingLike(other)
    }
  }

  /** Contents of one clock. */
  #saysOneThingLike(other: Item): boolean {
    const [mine, theirs] = [this.#cursorAtContent(), other.#cursorAtContent()]
    switch (this.#content) {
      case BINARY:
        return sameField(mine, theirs)
      case FORMAT:
        return sameField(mine, theirs) && this.#saysJsonLike(other, mine.pos, theirs.pos)
      case EMBED:
        return this.#saysJsonLike(other, mine.pos, theirs.pos)
      case TYPE: {
        const type = mine.uint()
        return type === theirs.uint() && ((type !== 3 && type !== 5) || sameField(mine, theirs))
      }
      default:
        // A subdocument is its id: Yjs writes its options as they are by then.
        return sameField(mine, theirs)
    }
  }

  #saysJsonLike(other: Item, mine: number, theirs: number): boolean {
    return this.#sameValue(other, mine, this.#struct.end, theirs, other.#struct.end)
  }

  #hasValueOf(other: Item, clock: number): boolean {
    const mine = this.#many.value(clock - this.#struct.clock)
    const theirs = other.#many.value(clock - other.#struct.clock)
    return this.#sameValue(other, mine.start, mine.end, theirs.start, theirs.end)
  }

  #sameValue(other: Item, start: number, end: number, otherStart: number, otherEnd: number): boolean {
    if (equalBytes(this.#bytes, start, end, other.#bytes, otherStart, otherEnd)) return true
    const canonical = this.#content === ANY ? canonicalAny : canonicalJson
    return (
      canonical(this.#bytes, start, end, this.#findings.digests(this.#bytes)) ===
      canonical(other.#bytes, otherStart, otherEnd, other.#findings.digests(other.#bytes))
    )
  }

  #text(from: number, to: number): string {
    return this.#many.text(from - this.#struct.clock, to - this.#struct.clock)
  }

  get #many(): Pieces {
    if (this.#pieces === null) {
      const cursor = this.#cursorAtContent()
      cursor.uint()
      const { end, length } = this.#struct
      const standing = { bytes: this.#bytes, content: this.#content, start: cursor.pos, end, length }
      this.#pieces = new Pieces(standing, this.#findings.milestonesOf(standing))
    }
    return this.#pieces
  }

  #cursorAtContent(): Cursor {
    const { start, end, needs } = this.#struct
    const cursor = new Cursor(this.#bytes, this.#start < 0 ? start + 1 : this.#start, end)
    if (this.#start >= 0) return cursor
    const [hasLeft, hasRight] = [this.#has(HAS_ORIGIN), this.#has(HAS_RIGHT_ORIGIN)]
    if (hasLeft) skipId(cursor)
    if (hasRight) skipId(cursor)
    if (!hasLeft && !hasRight) {
      cursor.uint()
      if (needs.length > 0) skipId(cursor)
      else cursor.skipBytes()
      if (this.#has(HAS_PARENT_SUB)) cursor.skipBytes()
    }
    this.#start = cursor.pos
    return cursor
  }
}

function skipId(cursor: Cursor): void {
  cursor.uint()
  cursor.uint()
}

/** Whether two lists of references end with the same id. */
function sameEnd(a: readonly number[], b: readonly number[]): boolean {
  return a[a.length - 1] === b[b.length - 1] && a[a.length - 2] === b[b.length - 2]
}

/** Whether the same bytes follow behind a length. Both cursors are left behind them. */
function sameField(a: Cursor, b: Cursor): boolean {
  const [length, otherLength] = [a.uint(), b.uint()]
  const [start, otherStart] = [a.pos, b.pos]
  a.skip(length)
  b.skip(otherLength)
  return equalBytes(a.bytes, start, a.pos, b.bytes, otherStart, b.pos)
}

/** Yjs writes U+FFFD for the halves of an emoji that was cut in two, wherever it was cut first. */
function sameText(a: string, b: string): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const [one, other] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (one === other || (one === REPLACEMENT && isHalf(other)) || (other === REPLACEMENT && isHalf(one))) continue
    return false
  }
  return true
}

const REPLACEMENT = 0xfffd

function isHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}
