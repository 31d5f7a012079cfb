import { type ReactNode, useMemo, useState, useSyncExternalStore } from 'react'
import type { Author } from '../chat/message.ts'
import { roomPath } from '../chat/room-name.ts'
import type { Channel, SharedDocument } from '../chat/workspace.ts'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { locale } from '../words/language.ts'
import { words } from '../words/words.ts'
import { Avatar } from './avatar.tsx'
import { ChannelDialog } from './channel-dialog.tsx'
import type { Unread } from './channel-tail.ts'
import type { Device } from './device.ts'
import { DirectDialog } from './direct-dialog.tsx'
import { DocumentDialog } from './document-dialog.tsx'
import { Board, ChevronDown, Gear, Hash, Muted, Note, Plus, Search } from './icons.tsx'
import type { IdentityStore } from './identity.ts'
import { Link } from './link.tsx'
import { Notices } from './notices.tsx'
import { otherOf } from './people-names.ts'
import { HereWord, PersonMark } from './person-mark.tsx'
import { Resizer } from './resizer.tsx'
import { documentPath, type Route } from './route.ts'
import { UnreadMark } from './unread-mark.tsx'
import type { Watch } from './watch.ts'
import type { Workspace } from './workspace.ts'

/** What lies over the page for a moment. */
export type Over = 'switcher' | 'settings' | 'keys' | null

interface SidebarProps {
  workspace: Workspace
  watch: Watch
  person: Author
  identity: IdentityStore
  route: Route
  /** The channel before the reader's eyes. */
  looked: string | null
  device: Device
  show(over: Over): void
}

/** Where one can go: channels, people, notes and boards; and who is writing. */
export function Sidebar({ workspace, watch, person, identity, route, looked, device, show }: SidebarProps) {
  const listing = useSyncExternalStore(workspace.directory.subscribe, workspace.directory.get)
  const unread = useSyncExternalStore(watch.unread.subscribe, watch.unread.get)
  const present = useSyncExternalStore(workspace.present.subscribe, workspace.present.get)
  const remembered = useSyncExternalStore(identity.rooms.subscribe, identity.rooms.get)
  useSyncExternalStore(workspace.personal.changed.subscribe, workspace.personal.changed.get)
  const [asking, ask] = useState<'channel' | 'direct' | 'note' | 'board' | null>(null)
  const [isArchiveOpen, setArchiveOpen] = useState(false)
  const current = route.view === 'channel' ? route.typed : null

  const { open, archived } = useMemo(() => {
    const known = new Map<string, Listed>()
    for (const channel of listing.channels) known.set(channel.id, channel)
    // What was opened on this device stays in reach also where the directory cannot be read.
    const isListed = new Set(listing.directs.map(({ id }) => id))
    for (const id of remembered) {
      if (!known.has(id) && !isListed.has(id) && !id.startsWith('dm.'))
        known.set(id, { id, name: id, archivedAt: null })
    }
    const all = [...known.values()].sort((a, b) => a.name.localeCompare(b.name, locale))
    return {
      open: all.filter(({ archivedAt }) => archivedAt === null),
      archived: all.filter(({ archivedAt }) => archivedAt !== null),
    }
  }, [listing, remembered])
  const directs = listing.directs.filter(({ members }) => members.includes(person.id))
  const documents = listing.documents.filter(({ archivedAt }) => archivedAt === null)
  const shelved = listing.documents.filter(({ archivedAt }) => archivedAt !== null)

  const unreadIn = (id: string) => (workspace.personal.isMuted(id) || id === looked ? undefined : unread.get(id))
  const row = (channel: Listed) => (
    <ChannelRow
      key={channel.id}
      id={channel.id}
      name={channel.name}
      mark={workspace.personal.isMuted(channel.id) ? <Muted /> : <Hash />}
      unread={unreadIn(channel.id)}
      isCurrent={channel.id === current}
    />
  )

  return (
    <header className="sidebar">
      <Resizer
        label={words.sidebar.resize}
        name="--sidebar-width"
        column="before"
        initial={248}
        least={180}
        most={420}
        storage={identity.storage}
      />
      <div className="sidebar-top">
        <Link href="/" className="wordmark">
          {words.product}
        </Link>
        <button
          type="button"
          className="button-icon"
          aria-label={words.sidebar.find}
          title={words.sidebar.find}
          onClick={() => show('switcher')}
        >
          <Search />
        </button>
      </div>
      <nav aria-label={words.rooms.title}>
        <Section title={words.sidebar.channels} add={words.sidebar.addChannel} onAdd={() => ask('channel')}>
          {open.map(row)}
        </Section>
        <Section title={words.sidebar.directs} add={words.sidebar.addDirect} onAdd={() => ask('direct')}>
          {directs.map(direct => {
            const other = otherOf(direct, listing.members, person.id)
            return (
              <ChannelRow
                key={direct.id}
                id={direct.id}
                name={other.name}
                mark={<PersonMark person={other} isHere={present.includes(other.id)} />}
                note={<HereWord isHere={present.includes(other.id)} />}
                unread={unreadIn(direct.id)}
                isCurrent={direct.id === current}
              />
            )
          })}
        </Section>
        <Section
          title={words.sidebar.documents}
          action={
            <Menu
              align="start"
              trigger={
                <button type="button" className="button-icon" aria-label={words.sidebar.addDocument}>
                  <Plus />
                </button>
              }
            >
              <MenuItem icon={<Note />} choose={() => ask('note')}>
                {words.sidebar.addNote}
              </MenuItem>
              <MenuItem icon={<Board />} choose={() => ask('board')}>
                {words.sidebar.addBoard}
              </MenuItem>
            </Menu>
          }
        >
          {documents.map(document => (
            <DocumentRow
              key={document.id}
              document={document}
              isCurrent={route.view === 'document' && route.id === document.id}
            />
          ))}
        </Section>
        {archived.length + shelved.length > 0 && (
          <section className="sidebar-section">
            <button
              type="button"
              className="sidebar-archive"
              aria-expanded={isArchiveOpen}
              onClick={() => setArchiveOpen(!isArchiveOpen)}
            >
              <ChevronDown />
              {words.sidebar.archived(archived.length + shelved.length)}
            </button>
            {isArchiveOpen && (
              <ul>
                {archived.map(row)}
                {shelved.map(document => (
                  <DocumentRow
                    key={document.id}
                    document={document}
                    isCurrent={route.view === 'document' && route.id === document.id}
                  />
                ))}
              </ul>
            )}
          </section>
        )}
      </nav>
      <Notices device={device} />
      <div className="me">
        <Avatar person={person} />
        <bdi className="person-name">{person.name}</bdi>
        <button
          type="button"
          className="button-icon"
          aria-label={words.settings.title}
          title={words.settings.title}
          onClick={() => show('settings')}
        >
          <Gear />
        </button>
      </div>
      <ChannelDialog open={asking === 'channel'} workspace={workspace} channel={null} close={() => ask(null)} />
      <DirectDialog open={asking === 'direct'} workspace={workspace} person={person} close={() => ask(null)} />
      <DocumentDialog
        kind={asking === 'note' || asking === 'board' ? asking : null}
        workspace={workspace}
        document={null}
        close={() => ask(null)}
      />
    </header>
  )
}

type Listed = Pick<Channel, 'id' | 'name' | 'archivedAt'>

interface SectionProps {
  title: string
  add?: string
  onAdd?: () => void
  action?: ReactNode
  children: ReactNode
}

function Section({ title, add, onAdd, action, children }: SectionProps) {
  return (
    <section className="sidebar-section">
      <div className="sidebar-heading">
        <h2>{title}</h2>
        {action ?? (
          <button type="button" className="button-icon" aria-label={add} title={add} onClick={onAdd}>
            <Plus />
          </button>
        )}
      </div>
      <ul>{children}</ul>
    </section>
  )
}

interface ChannelRowProps {
  id: string
  name: string
  mark: ReactNode
  /** Said after the name, and not seen. */
  note?: ReactNode
  unread: Unread | undefined
  isCurrent: boolean
}

function ChannelRow({ id, name, mark, note, unread, isCurrent }: ChannelRowProps) {
  return (
    <li>
      <Link
        href={roomPath(id)}
        className="sidebar-row"
        aria-current={isCurrent ? 'page' : undefined}
        data-unread={unread !== undefined || undefined}
      >
        {mark}
        <bdi className="sidebar-name">{name}</bdi>
        {note}
        {unread !== undefined && <UnreadMark unread={unread} />}
      </Link>
    </li>
  )
}

function DocumentRow({ document: { id, kind, title }, isCurrent }: { document: SharedDocument; isCurrent: boolean }) {
  return (
    <li>
      <Link href={documentPath(kind, id)} className="sidebar-row" aria-current={isCurrent ? 'page' : undefined}>
        {kind === 'note' ? <Note /> : <Board />}
        <bdi className="sidebar-name">{title}</bdi>
      </Link>
    </li>
  )
}
