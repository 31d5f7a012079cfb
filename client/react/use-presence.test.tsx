// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest'
import { usePresence, useSetPresence } from './index.ts'
import { Stage, settle, watch } from './test-support/stage.tsx'

describe('usePresence', () => {
  test('lists oneself first, then the others as they come and go', async () => {
    const stage = new Stage()
    const room = await stage.room()
    const self = { clientId: room.awareness.clientID, isSelf: true, state: { name: 'Ada' } }
    const lin = { clientId: 7, isSelf: false, state: { name: 'Lin' } }
    room.awareness.setLocalState({ name: 'Ada' })
    const present = await watch(() => usePresence(room))
    await settle(() => stage.server.present('room', 7, 1, { name: 'Lin' }))
    await settle(() => stage.server.present('room', 7, 2, null))
    expect(present.seen).toEqual([[self], [self, lin], [self]])
  })

  test('renders anew only when what is selected is another', async () => {
    const stage = new Stage()
    const room = await stage.room()
    const names = await watch(() =>
      usePresence(room, present => present.filter(({ isSelf }) => !isSelf).map(({ state }) => state.name)),
    )
    await settle(() => stage.server.present('room', 7, 1, { name: 'Lin', cursor: 1 }))
    const named = names.last()
    await settle(() => stage.server.present('room', 7, 2, { name: 'Lin', cursor: 2 }))
    await settle(() => room.awareness.setLocalStateField('cursor', 3))
    expect(names.seen).toEqual([[], ['Lin']])
    expect(names.last()).toBe(named)
    await settle(() => stage.server.present('room', 8, 1, { name: 'Grace' }))
    expect(names.seen).toEqual([[], ['Lin'], ['Lin', 'Grace']])
  })

  test('leaves out what is no state', async () => {
    const stage = new Stage()
    const room = await stage.room()
    const others = await watch(() => usePresence(room, present => present.filter(({ isSelf }) => !isSelf)))
    await settle(() => stage.server.present('room', 7, 1, 'not an object'))
    expect(others.last()).toEqual([])
  })

  test('follows the room to another document', async () => {
    const stage = new Stage()
    const room = await stage.room()
    room.awareness.setLocalState({ name: 'Ada' })
    const present = await watch(() => usePresence(room))
    const old = room.awareness
    await stage.refuse(() => room.doc.getText('text').insert(0, 'refused'))
    expect(room.awareness).not.toBe(old)
    expect(present.last()).toEqual([{ clientId: room.awareness.clientID, isSelf: true, state: { name: 'Ada' } }])
    await settle(() => stage.server.present('room', 7, 1, { name: 'Lin' }))
    expect(present.last().map(({ state }) => state.name)).toEqual(['Ada', 'Lin'])
  })
})

describe('useSetPresence', () => {
  test('sets fields and leaves the others, with one function for all renders', async () => {
    const room = await new Stage().room()
    const set = await watch(() => useSetPresence(room))
    set.last()({ name: 'Ada' })
    set.last()({ cursor: 3 })
    expect(room.awareness.getLocalState()).toEqual({ name: 'Ada', cursor: 3 })
    set.rerender(undefined)
    expect(set.last()).toBe(set.seen[0])
  })

  test('takes one out of sight until fields are set again', async () => {
    const room = await new Stage().room()
    const set = await watch(() => useSetPresence(room))
    set.last()({ name: 'Ada' })
    set.last()(null)
    expect(room.awareness.getLocalState()).toBeNull()
    set.last()({ name: 'Ada' })
    expect(room.awareness.getLocalState()).toEqual({ name: 'Ada' })
  })

  test('says nothing when nothing is different', async () => {
    const stage = new Stage()
    const room = await stage.room()
    const set = await watch(() => useSetPresence(room))
    set.last()({ cursor: { line: 3 } })
    const said = stage.server.said.length
    set.last()({ cursor: { line: 3 } })
    expect(stage.server.said).toHaveLength(said)
    set.last()({ cursor: { line: 4 } })
    expect(stage.server.said).toHaveLength(said + 1)
  })

  test('the same function follows the room to another document', async () => {
    const stage = new Stage()
    const room = await stage.room()
    const set = await watch(() => useSetPresence(room))
    await stage.refuse(() => room.doc.getText('text').insert(0, 'refused'))
    set.seen[0]({ name: 'Ada' })
    expect(room.awareness.getLocalState()).toEqual({ name: 'Ada' })
  })
})
