import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { connect, type Harbor, type Room } from '../../client/index.ts'
import { ServerProcess } from '../../e2e/support/server.ts'
import { until } from '../support/live.ts'
import { Random, seeds } from '../support/random.ts'

const CYCLES = 50
/** Most of it is starting the server again. */
const WITHIN_MS = 400_000
const WRITERS = 4
const ROOMS = ['one', 'two']

/** A person with both rooms open, and the lines whose `saved()` has resolved. */
interface Writer {
  harbor: Harbor
  rooms: Room[]
  written: number
  acknowledged: Set<string>
}

const linesOf = (room: Room) => room.doc.getArray<string>('log')

function write(writer: Writer, room: Room, line: string): void {
  linesOf(room).insert(linesOf(room).length, [line])
  writer.written++
  room.saved().then(
    () => writer.acknowledged.add(`${room.name} ${line}`),
    () => undefined,
  )
}

test(
  'K2: kill -9 under load: what saved() has said is there, and what it had not is sent again and not doubled',
  async () => {
    const [seed] = seeds(1)
    const random = new Random(seed)
    const server = await ServerProcess.start()
    const url = server.origin.replace('http', 'ws')
    const open = () => connect(url, { WebSocket, longestWaitMs: 50, storage: false })
    const writers: Writer[] = Array.from({ length: WRITERS }, () => {
      const harbor = open()
      return { harbor, rooms: ROOMS.map(name => harbor.room(name)), written: 0, acknowledged: new Set() }
    })
    try {
      let checked = 0
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        await until('everyone is in', () => writers.every(({ rooms }) => rooms.every(room => room.synced)))
        const before = writers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)
        const enough = 20 + random.below(200)
        for (let n = 0; ; n++) {
          for (const [w, writer] of writers.entries()) {
            // A slow machine is not to be buried.
            if (writer.written - writer.acknowledged.size > 300) continue
            write(writer, random.pick(writer.rooms), `${cycle}/${w}/${n} ${'x'.repeat(random.below(100))}`)
          }
          await new Promise(setImmediate)
          const acknowledged = writers.reduce((sum, writer) => sum + writer.acknowledged.size, 0)
          if (acknowledged - before >= enough && n > 20) break
        }
        // More is under way when the process dies.
        for (const [w, writer] of writers.entries()) write(writer, random.pick(writer.rooms), `${cycle}/${w}/last`)
        await server.kill()
        // Acknowledgements that were in the socket's buffers count as said; nothing comes after its end.
        await until('everyone has noticed', () => writers.every(({ rooms }) => rooms.every(room => !room.synced)))
        // What was said in an earlier cycle was looked at then, and everything is once more at the end.
        const said = writers.map(({ acknowledged }) => [...acknowledged].filter(line => line.includes(` ${cycle}/`)))

        await server.start()
        // Somebody who was not there: before the others have sent anything again, where it is quick enough.
        const reader = open()
        for (const name of ROOMS) {
          const room = reader.room(name)
          await until('the reader has it', () => room.synced)
          const there = new Set(linesOf(room).map(line => `${name} ${line}`))
          expect(room.doc.store.pendingStructs).toBe(null)
          for (const lines of said) {
            for (const line of lines) {
              if (!line.startsWith(`${name} `)) continue
              checked++
              expect(there.has(line), `seed ${seed}, cycle ${cycle}: ${line.slice(0, 30)}`).toBe(true)
            }
          }
        }
        reader.destroy()
      }

      await Promise.all(writers.flatMap(({ rooms }) => rooms.map(room => room.saved())))
      const reader = open()
      const rooms = ROOMS.map(name => reader.room(name))
      await until('the reader has everything', () => rooms.every(room => room.synced))
      const lines = rooms.flatMap(room => linesOf(room).toArray())
      const written = writers.reduce((sum, writer) => sum + writer.written, 0)
      expect(lines.length).toBe(written)
      expect(new Set(lines).size, 'nothing is there twice').toBe(written)
      const acknowledged = writers.reduce((sum, writer) => sum + writer.acknowledged.size, 0)
      expect(acknowledged, 'every promise was kept in the end').toBe(written)
      for (const [r, room] of rooms.entries()) {
        await until('everyone has the same', () =>
          writers.every(
            writer => Y.encodeStateVector(writer.rooms[r].doc).length === Y.encodeStateVector(room.doc).length,
          ),
        )
      }
      reader.destroy()
      console.log(`${CYCLES} kills, ${written} updates, ${checked} acknowledged lines checked`)
    } finally {
      for (const { harbor } of writers) harbor.destroy()
      await server.dispose()
    }
  },
  WITHIN_MS,
)
