// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { useRefused, useSyncStatus } from './index.ts'
import { Stage, settle, watch } from './test-support/stage.tsx'

test('the status is that of the room, from connecting to saved', async () => {
  const stage = new Stage()
  const room = stage.harbor().room('room')
  const status = await watch(() => useSyncStatus(room))
  stage.server.acknowledges = false
  await settle(() => room.doc.getText('text').insert(0, 'mine'))
  await settle(() => stage.server.tell('room', { type: 'ack', upTo: 1_000, count: 1 }))
  expect(status.seen.map(({ kind }) => kind)).toEqual(['connecting', 'saved', 'saving', 'saved'])
  expect(status.last()).toBe(room.status)
})

test('the refused edits are listed until somebody decides, across documents', async () => {
  const stage = new Stage()
  const room = await stage.room()
  const refused = await watch(() => useRefused(room))
  const status = await watch(() => useSyncStatus(room))
  await stage.refuse(() => room.doc.getText('text').insert(0, 'refused'))
  expect(refused.last()).toBe(room.refused)
  expect(refused.last()).toHaveLength(1)
  expect(status.last()).toMatchObject({ kind: 'refused', refused: 1 })
  await settle(() => refused.last()[0].retry())
  expect(refused.last()).toEqual([])
  expect(room.doc.getText('text').toString()).toBe('refused')
  expect(status.last().kind).toBe('saved')
})
