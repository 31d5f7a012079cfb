// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { useSignal } from './index.ts'
import { Stage, settle, watch } from './test-support/stage.tsx'

test('sends to the room, with one function for all renders', async () => {
  const stage = new Stage()
  const room = await stage.room()
  const send = await watch(() => useSignal(room, 'wave'))
  send.last()({ hand: 'left' })
  send.last()()
  expect(stage.server.said.filter(({ type }) => type === 'signal')).toEqual([
    { type: 'signal', name: 'wave', data: '{"hand":"left"}' },
    { type: 'signal', name: 'wave', data: 'null' },
  ])
  send.rerender(undefined)
  expect(send.last()).toBe(send.seen[0])
})

test('calls the newest handler with the signals of its name', async () => {
  const stage = new Stage()
  const room = await stage.room()
  const heard: unknown[] = []
  const use = ({ who }: { who: string }) => useSignal(room, 'wave', data => heard.push([who, data]))
  const signal = (name: string, data: string) => settle(() => stage.server.tell('room', { type: 'signal', name, data }))
  const hook = await watch(use, { who: 'first' })
  await signal('wave', '1')
  await signal('ring', '2')
  const listeners = room._observers.get('signal')
  const [listener] = listeners ?? []
  hook.rerender({ who: 'second' })
  await signal('wave', '3')
  expect(heard).toEqual([
    ['first', 1],
    ['second', 3],
  ])
  // Without subscribing again.
  expect([...(room._observers.get('signal') ?? [])]).toEqual([listener])
  hook.unmount()
  await signal('wave', '4')
  expect(heard).toHaveLength(2)
})

test('keeps hearing after the document was replaced', async () => {
  const stage = new Stage()
  const room = await stage.room()
  const heard: unknown[] = []
  await watch(() => useSignal(room, 'wave', data => heard.push(data)))
  await stage.refuse(() => room.doc.getText('text').insert(0, 'refused'))
  await settle(() => stage.server.tell('room', { type: 'signal', name: 'wave', data: '1' }))
  expect(heard).toEqual([1])
})
