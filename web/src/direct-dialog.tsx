import { useState, useSyncExternalStore } from 'react'
import type { Author } from '../chat/message.ts'
import { roomPath } from '../chat/room-name.ts'
import { openDirect } from '../chat/workspace.ts'
import { Dialog } from '../ui/dialog.tsx'
import { locale } from '../words/language.ts'
import { words } from '../words/words.ts'
import { HereWord, PersonMark } from './person-mark.tsx'
import { go } from './route.ts'
import type { Workspace } from './workspace.ts'

interface DirectDialogProps {
  open: boolean
  workspace: Workspace
  person: Author
  close(): void
}

/** Whom to write to alone. */
export function DirectDialog({ open, workspace, person, close }: DirectDialogProps) {
  const { members } = useSyncExternalStore(workspace.directory.subscribe, workspace.directory.get)
  const present = useSyncExternalStore(workspace.present.subscribe, workspace.present.get)
  const [filter, setFilter] = useState('')
  const others = members
    .filter(({ id, name }) => id !== person.id && name.toLocaleLowerCase().includes(filter.trim().toLocaleLowerCase()))
    .sort((a, b) => a.name.localeCompare(b.name, locale))
  const choose = (other: Author) => {
    const id = openDirect(workspace.room.doc, person.id, other.id, Date.now())
    close()
    go(roomPath(id))
  }
  return (
    <Dialog open={open} title={words.direct.title} description={words.direct.hint} close={close}>
      <input
        className="dialog-filter"
        type="search"
        dir="auto"
        aria-label={words.direct.filter}
        placeholder={words.direct.filter}
        value={filter}
        onChange={event => setFilter(event.currentTarget.value)}
      />
      {others.length === 0 ? (
        <p className="hint">{members.length <= 1 ? words.direct.nobody : words.direct.noMatch}</p>
      ) : (
        <ul className="choices">
          {others.map(other => (
            <li key={other.id}>
              <button type="button" onClick={() => choose(other)}>
                <PersonMark person={other} isHere={present.includes(other.id)} />
                <bdi>{other.name || words.log.nameless}</bdi>
                <HereWord isHere={present.includes(other.id)} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  )
}
