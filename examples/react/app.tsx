import { HarborProvider, usePresence, useRoom, useSetPresence, useShared, useSyncStatus } from '@y-harbor/client/react'
import { simpleDiffString } from 'lib0/diff'
import { type ChangeEvent, useEffect, useLayoutEffect, useRef } from 'react'

const query = new URLSearchParams(location.search)

export const App = () => (
  <HarborProvider url={query.get('server') ?? 'ws://127.0.0.1:1234'}>
    <Page name={query.get('name') ?? 'Somebody'} />
  </HarborProvider>
)

function Page({ name }: { name: string }) {
  const room = useRoom(query.get('room') ?? 'example')
  const clicks = useShared(room, doc => doc.getArray('clicks').length)
  const text = useShared(room, doc => doc.getText('text').toString())
  const names = usePresence(room, present => present.map(({ state }) => String(state.name)))
  const { kind, pending } = useSyncStatus(room)
  const setPresence = useSetPresence(room)
  useEffect(() => setPresence({ name }), [setPresence, name])
  const area = useRef<HTMLTextAreaElement>(null)
  useLayoutEffect(() => {
    const { index, remove, insert } = simpleDiffString(area.current?.value ?? '', text)
    area.current?.setRangeText(insert, index, index + remove) // leaves the caret where it was
  }, [text])
  const edit = ({ target }: ChangeEvent<HTMLTextAreaElement>) => {
    const { index, remove, insert } = simpleDiffString(text, target.value)
    room.doc.getText('text').applyDelta([{ retain: index }, { insert }, { delete: remove }])
  }
  return (
    <main>
      <button type="button" onClick={() => room.doc.getArray('clicks').push([name])}>
        {clicks} clicks
      </button>
      <textarea aria-label="Text" ref={area} onChange={edit} />
      <p role="status">{pending > 0 ? `${kind}, ${pending} edits are only on this device` : kind}</p>
      <p>Here: {names.join(', ')}</p>
    </main>
  )
}
