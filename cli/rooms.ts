import { Command } from 'commander'
import type { RoomSummary } from '../server/index.ts'
import { inspect } from './inspect.ts'
import { printable } from './printable.ts'
import { settings } from './settings.ts'

export const rooms = new Command('rooms')
  .description('list the rooms: name, bytes, records, time of the last change, connections now')
  .addOption(settings.json())
  .addOption(settings.data())
  .action(async ({ json = false, data }: { json?: boolean; data: string }) => {
    const list = await inspect(data, inspection => inspection.rooms())
    if (json) console.log(JSON.stringify(list.map(asJson), null, 2))
    else console.log(list.length === 0 ? `There are no rooms in ${data} yet.` : table(list))
  })

function asJson({ updated, ...summary }: RoomSummary): object {
  return { ...summary, updated: updated === 0 ? null : new Date(updated).toISOString() }
}

function table(list: readonly RoomSummary[]): string {
  const rows = [
    ['NAME', 'BYTES', 'RECORDS', 'UPDATED', 'CONNECTED'],
    ...list.map(({ name, bytes, records, updated, connected }) => [
      printable(name),
      String(bytes),
      String(records),
      updated === 0 ? 'unknown' : new Date(updated).toISOString().slice(0, 19).replace('T', ' '),
      String(connected),
    ]),
  ]
  const isNumber = [false, true, true, false, true]
  const widths = isNumber.map((_, column) => Math.max(...rows.map(row => row[column].length)))
  return rows
    .map(row => row.map((cell, i) => (isNumber[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  '))
    .join('\n')
}
