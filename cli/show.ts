import { Command } from 'commander'
import type { RoomContent } from '../server/index.ts'
import { Failure } from './failure.ts'
import { inspect } from './inspect.ts'
import { printable } from './printable.ts'
import { settings } from './settings.ts'
import { tree } from './tree.ts'

export const show = new Command('show')
  .description('print what a room holds, as a tree or as JSON')
  .argument('<room>', 'name of the room')
  .addOption(settings.json())
  .addOption(settings.data())
  .action(async (name: string, { json = false, data }: { json?: boolean; data: string }) => {
    const room = await inspect(data, inspection => inspection.content(name))
    if (room === null) {
      throw new Failure(`There is no room ${JSON.stringify(name)} in ${data}. \`y-harbor rooms\` lists them.`)
    }
    console.log(json ? asJson(room) : asTree(room))
    if (room.problem !== null) console.error(room.problem)
  })

/** The content is JSON already, and is put in as it is: parsing it would lose keys such as `__proto__`. */
function asJson({ name, seq, bytes, content }: RoomContent): string {
  return `{"name":${JSON.stringify(name)},"seq":${seq},"bytes":${bytes},"content":${content}}`
}

function asTree({ name, seq, bytes, content }: RoomContent): string {
  const head = `${printable(name)}  (seq ${seq}, ${bytes} bytes)`
  return [head, ...tree(JSON.parse(content), 1)].join('\n')
}
