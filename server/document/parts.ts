import { Cursor } from './cursor.ts'
import { Places } from './place.ts'
import { sliceStruct } from './struct.ts'
import type { Run } from './update.ts'
import type { Progress } from './worklist.ts'

/** Structs that make one update: everything they refer to is in it or in parts before it. */
export interface Part {
  runs: Map<number, Run[]>
  places: Places
}

/** Gathers structs in the order in which a worklist takes them, cut at about so many bytes. */
export class CausalParts {
  readonly #bytes: Uint8Array
  readonly #partBytes: number
  readonly #parts: Part[] = []
  #part: Part | null = null
  #size = 0

  /** `bytes` is the update that the worklist goes through. */
  constructor(bytes: Uint8Array, partBytes: number) {
    this.#bytes = bytes
    this.#partBytes = partBytes
  }

  /** To be called with everything that is taken, as `onTaken` is. */
  take = (progress: Progress, from: number, to: number): void => {
    const { section, first, offset } = progress
    for (let i = from; i < to; i++) {
      const { start, end } = section.structs[i]
      this.#part ??= { runs: new Map(), places: new Places() }
      if (i === first && offset > 0) this.#addSliced(this.#part, progress)
      else this.#add(this.#part, progress, i)
      this.#size += end - start
      if (this.#size >= this.#partBytes) this.#flush()
    }
  }

  finish(): Part[] {
    this.#flush()
    return this.#parts
  }

  #add({ runs, places }: Part, { section: { client, structs } }: Progress, i: number): void {
    const { clock, length, start, end, place } = structs[i]
    const known = runs.get(client)
    const run = known?.at(-1)
    if (run !== undefined && run.bytes === this.#bytes) {
      run.end = clock + length
      run.stop = end
      run.count++
    } else {
      const added = { client, clock, end: clock + length, count: 1, bytes: this.#bytes, start, stop: end }
      if (known === undefined) runs.set(client, [added])
      else known.push(added)
    }
    places.add(client, clock, place)
  }

  /** The first struct of a section, of which a part is known already. */
  #addSliced({ runs, places }: Part, { section, first, offset }: Progress): void {
    const { client } = section
    const run = slicedRun(this.#bytes, section, first, offset)
    runs.set(client, [run])
    places.add(client, run.clock, section.structs[first].place)
  }

  #flush(): void {
    if (this.#part !== null) this.#parts.push(this.#part)
    this.#part = null
    this.#size = 0
  }
}

/** The struct at `index` of a section without its first `offset` clocks. */
export function slicedRun(bytes: Uint8Array, section: Progress['section'], index: number, offset: number): Run {
  const { client, structs } = section
  const struct = structs[index]
  const sliced = sliceStruct(new Cursor(bytes, struct.start, struct.end), client, struct.clock, offset)
  const [clock, end] = [struct.clock + offset, struct.clock + struct.length]
  return { client, clock, end, count: 1, bytes: sliced, start: 0, stop: sliced.length }
}
