import { keymap } from '@codemirror/view'
import { connect, type RoomStatus } from '@y-harbor/client'
import { basicSetup, EditorView } from 'codemirror'
import { yCollab, yUndoManagerKeymap } from 'y-codemirror.next'

const query = new URLSearchParams(location.search)
const harbor = connect(query.get('server') ?? 'ws://127.0.0.1:1234')
const room = harbor.room(query.get('room') ?? 'example')
room.awareness.setLocalStateField('user', { name: query.get('name') ?? 'Somebody' })

let editor: EditorView | null = null

/** The document is another one after edits were refused: see `room.refused`. */
function bind(): void {
  editor?.destroy()
  const text = room.doc.getText('text')
  editor = new EditorView({
    parent: document.body,
    doc: text.toString(),
    extensions: [keymap.of(yUndoManagerKeymap), basicSetup, yCollab(text, room.awareness)],
  })
}
bind()
room.on('doc', bind)

function show({ kind, pending }: RoomStatus): void {
  const words = pending > 0 ? `${kind}, ${pending} edits are only on this device` : kind
  document.getElementsByTagName('output')[0].textContent = words
}
show(room.status)
room.on('status', show)
