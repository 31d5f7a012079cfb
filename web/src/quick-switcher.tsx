import { Command } from 'cmdk'
import { useSyncExternalStore } from 'react'
import type { Author } from '../chat/message.ts'
import { roomPath } from '../chat/room-name.ts'
import { openDirect } from '../chat/workspace.ts'
import { words } from '../words/words.ts'
import { Board, Hash, Note } from './icons.tsx'
import { HereWord, PersonMark } from './person-mark.tsx'
import { documentPath, go } from './route.ts'
import { UnreadMark } from './unread-mark.tsx'
import type { Watch } from './watch.ts'
import type { Workspace } from './workspace.ts'

interface QuickSwitcherProps {
  workspace: Workspace
  watch: Watch
  person: Author
  close(): void
}

/** To any channel, person, note or board by a few letters of its name. What is unread comes first. */
export default function QuickSwitcher({ workspace, watch, person, close }: QuickSwitcherProps) {
  const { channels, documents, members } = useSyncExternalStore(workspace.directory.subscribe, workspace.directory.get)
  const present = useSyncExternalStore(workspace.present.subscribe, workspace.present.get)
  const unread = watch.unread.get()
  const leave = (path: string) => {
    close()
    go(path)
  }
  const sorted = [...channels].sort((a, b) => Number(unread.has(b.id)) - Number(unread.has(a.id)))
  return (
    <Command.Dialog
      open
      onOpenChange={isOpen => !isOpen && close()}
      label={words.switcher.title}
      overlayClassName="dialog-overlay"
      contentClassName="dialog switcher"
      loop
    >
      <Command.Input placeholder={words.switcher.placeholder} aria-label={words.switcher.title} />
      <Command.List label={words.switcher.results}>
        <Command.Empty className="hint">{words.switcher.nothing}</Command.Empty>
        {sorted.length > 0 && (
          <Command.Group heading={words.sidebar.channels}>
            {sorted.map(({ id, name, archivedAt }) => {
              const fresh = unread.get(id)
              return (
                <Command.Item key={id} value={`channel ${id}`} keywords={[name]} onSelect={() => leave(roomPath(id))}>
                  <Hash />
                  <bdi>{name}</bdi>
                  {archivedAt !== null && <span className="aside">{words.switcher.archived}</span>}
                  {fresh !== undefined && <UnreadMark unread={fresh} />}
                </Command.Item>
              )
            })}
          </Command.Group>
        )}
        {members.length > 1 && (
          <Command.Group heading={words.sidebar.directs}>
            {members
              .filter(({ id }) => id !== person.id)
              .map(member => (
                <Command.Item
                  key={member.id}
                  value={`person ${member.id}`}
                  keywords={[member.name]}
                  onSelect={() => leave(roomPath(openDirect(workspace.room.doc, person.id, member.id, Date.now())))}
                >
                  <PersonMark person={member} isHere={present.includes(member.id)} />
                  <bdi>{member.name || words.log.nameless}</bdi>
                  <HereWord isHere={present.includes(member.id)} />
                </Command.Item>
              ))}
          </Command.Group>
        )}
        {documents.length > 0 && (
          <Command.Group heading={words.sidebar.documents}>
            {documents.map(({ id, kind, title }) => (
              <Command.Item
                key={id}
                value={`${kind} ${id}`}
                keywords={[title]}
                onSelect={() => leave(documentPath(kind, id))}
              >
                {kind === 'note' ? <Note /> : <Board />}
                <bdi>{title}</bdi>
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command.Dialog>
  )
}
