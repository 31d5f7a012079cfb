import { existsSync, readdirSync } from 'node:fs'
import { Command, Option } from 'commander'
import { LeveldbPersistence } from 'y-leveldb'
import type { Inspection } from '../server/index.ts'
import { Failure } from './failure.ts'
import { inspect } from './inspect.ts'
import { settings } from './settings.ts'

interface ExportOptions {
  to: 'y-leveldb'
  data: string
}

export const exportRooms = new Command('export')
  .description('write every room into a new directory that another server reads')
  .addOption(new Option('--to <format>', 'format of the new directory').choices(['y-leveldb']).makeOptionMandatory())
  .argument('<directory>', 'a directory that does not exist yet, or is empty')
  .addOption(settings.data())
  .action(async (directory: string, { data }: ExportOptions) => {
    if (existsSync(directory) && readdirSync(directory).length > 0) {
      throw new Failure(`The directory ${directory} is not empty. Choose a new one: nothing is ever overwritten.`)
    }
    const count = await inspect(data, inspection => exportTo(directory, inspection))
    console.log(`Wrote ${count} ${count === 1 ? 'room' : 'rooms'} to ${directory}.`)
  })

async function exportTo(directory: string, inspection: Inspection): Promise<number> {
  const rooms = await inspection.rooms()
  const persistence = new LeveldbPersistence(directory)
  try {
    for (const { name } of rooms) {
      // y-leveldb's servers name a room by its raw path, and so by what a browser makes of it.
      const document = encodeURI(name)
      for (const update of (await inspection.updates(name)) ?? []) {
        const clock: unknown = await persistence.storeUpdate(document, update)
        // y-leveldb reports a failed write by resolving with null.
        if (typeof clock !== 'number') throw new Failure(`Writing to ${directory} failed. Is the disk full?`)
      }
    }
  } finally {
    await persistence.destroy()
  }
  return rooms.length
}
