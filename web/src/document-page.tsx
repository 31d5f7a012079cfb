import { lazy, Suspense, useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import type { Room, RoomStatus } from '../../client/index.ts'
import { useSyncStatus } from '../../client/react/index.ts'
import type { Author } from '../chat/message.ts'
import { sharedDocumentName } from '../chat/room-name.ts'
import { archiveDocument, restoreDocument } from '../chat/workspace.ts'
import { words } from '../words/words.ts'
import { Banner } from './banner.tsx'
import { watchConnection } from './connection.ts'
import type { Device } from './device.ts'
import { DocumentDialog } from './document-dialog.tsx'
import { HereNow } from './here-now.tsx'
import { Lines } from './lines.tsx'
import { Notices } from './notices.tsx'
import { PlaceHeader } from './place-header.tsx'
import { announcePresence } from './presence.ts'
import { followRefused } from './refused.ts'
import { RefusedView } from './refused-view.tsx'
import { documentPath } from './route.ts'
import { picturesOf } from './use-attachments.ts'
import { useOpened } from './use-opened.ts'
import type { Workspace } from './workspace.ts'

const NoteView = lazy(() => import('../notes/note-view.tsx'))
const BoardView = lazy(() => import('../board/board-view.tsx'))

interface DocumentPageProps {
  kind: 'note' | 'board'
  id: string
  workspace: Workspace
  person: Author
  device: Device
}

/** A note or a board with its title, who else is in it, and how it is connected. */
export default function DocumentPage({ kind, id, workspace, person, device }: DocumentPageProps) {
  const opened = useOpened(() => openDocument(workspace, device.uploads, kind, id, person), `${kind} ${id}`)
  if (opened === null) return <main className="place" />
  return <OpenDocument kind={kind} id={id} workspace={workspace} person={person} device={device} opened={opened} />
}

type OpenedDocument = ReturnType<typeof openDocument>['value']

function openDocument(
  workspace: Workspace,
  uploads: Device['uploads'],
  kind: 'note' | 'board',
  id: string,
  person: Author,
) {
  const lease = workspace.rooms.use(sharedDocumentName(kind, id))
  const room = lease.value
  const connection = watchConnection(room)
  const people = announcePresence(room, person)
  const refused = followRefused(room)
  return {
    value: { room, connection, people, refused, pictures: picturesOf(uploads, sharedDocumentName(kind, id)) },
    close() {
      for (const followed of [connection, people, refused]) followed.stop()
      lease.release()
    },
  }
}

function OpenDocument({ kind, id, workspace, person, device, opened }: DocumentPageProps & { opened: OpenedDocument }) {
  const { room, pictures } = opened
  const connection = useSyncExternalStore(opened.connection.subscribe, opened.connection.get)
  const people = useSyncExternalStore(opened.people.subscribe, opened.people.get)
  const refused = useSyncExternalStore(opened.refused.subscribe, opened.refused.get)
  const { documents, members } = useSyncExternalStore(workspace.directory.subscribe, workspace.directory.get)
  const [isRenaming, setRenaming] = useState(false)
  const document = documents.find(one => one.id === id) ?? null
  const title = document?.title ?? words.document.untitled
  const kept = useKept(room)

  useEffect(() => opened.people.setPerson(person), [opened, person])
  useEffect(() => {
    window.document.title = `${title} · ${words.product}`
    return () => {
      window.document.title = words.product
    }
  }, [title])

  return (
    <main className="place" data-connection={connection.kind}>
      <PlaceHeader
        title={title}
        below={<SavedWord room={room} kept={kept} />}
        path={documentPath(kind, id)}
        menuLabel={words.document.more}
        changes={
          document !== null && workspace.mayList
            ? {
                label: words.document.rename,
                change: () => setRenaming(true),
                isArchived: document.archivedAt !== null,
                archive: () => archiveDocument(workspace.room.doc, id, Date.now()),
                restore: () => restoreDocument(workspace.room.doc, id),
              }
            : null
        }
      >
        <HereNow people={people} self={person.id} />
      </PlaceHeader>
      <Lines>
        <Notices device={device} />
        <Banner
          about="document"
          connection={connection}
          waiting={0}
          kept={kept}
          retry={() => {
            workspace.harbor.retry()
            room.retry()
          }}
          reconcile={choice => room.reconcile(choice)}
          decided={() => undefined}
        />
        <RefusedView refused={refused} kept={kept} decided={() => undefined} />
      </Lines>
      <div className="place-content">
        <Suspense fallback={<p className="log-loading">{words.document.loading}</p>}>
          {kind === 'note' ? (
            <NoteView room={room} person={person} members={members} pictures={pictures} />
          ) : (
            <BoardView room={room} person={person} members={members} pictures={pictures} />
          )}
        </Suspense>
      </div>
      <DocumentDialog
        kind={isRenaming ? kind : null}
        workspace={workspace}
        document={document}
        close={() => setRenaming(false)}
      />
    </main>
  )
}

/** Whether what one sees is on the server's disk. It follows every edit, and is a component of its own for that. */
function SavedWord({ room, kept }: { room: Room; kept: boolean | null }) {
  const status = useSyncStatus(room)
  const state = savedState(status, kept)
  return (
    <p className="saved-word" data-state={state ?? undefined}>
      {state !== null && words.document.state[state]}
    </p>
  )
}

/** Null while there is nothing to say yet: the page has not reached the server, and nothing was written. */
function savedState(
  { kind, pending }: RoomStatus,
  kept: boolean | null,
): 'saved' | 'saving' | 'kept' | 'notKept' | null {
  if (kind === 'saved' || kind === 'saving') return kind
  if ((kind === 'connecting' || kind === 'syncing') && pending === 0) return null
  return kept === false ? 'notKept' : 'kept'
}

/** Whether this browser keeps the document; null while that is not known. */
function useKept(room: Room): boolean | null {
  const subscribe = useCallback(
    (changed: () => void) => {
      room.on('persistence', changed)
      return () => room.off('persistence', changed)
    },
    [room],
  )
  const persistence = useSyncExternalStore(subscribe, () => room.persistence)
  return persistence === 'loading' ? null : persistence === 'kept'
}
