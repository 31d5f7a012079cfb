import { describe, expect, test } from 'vitest'
import { readAttachment } from './attachment.ts'

const id = '0123456789abcdef'.repeat(2)
const file = { id, name: 'boat.jpg', type: 'image/jpeg', size: 7 }

describe('an attachment that a stranger wrote', () => {
  test('is read as it is, and nothing beside it', () => {
    expect(readAttachment({ ...file, more: 1 })).toEqual(file)
    expect(readAttachment({ ...file, width: 3, height: 4 })).toEqual({ ...file, width: 3, height: 4 })
  })

  test.each([
    null,
    'file',
    [],
    { ...file, id: '../secret' },
    { ...file, id: `${id}/..` },
    { ...file, name: 7 },
    { ...file, type: null },
    { ...file, size: -1 },
    { ...file, size: '7' },
  ])('is none: %j', value => {
    expect(readAttachment(value)).toBe(null)
  })

  test.each([
    [0, 4],
    [3, 1e9],
    [3, undefined],
    ['3', 4],
    [0.5, 4],
  ])('with a size of %j times %j has none', (width, height) => {
    expect(readAttachment({ ...file, width, height })).toEqual(file)
  })

  test('has a name that can be shown', () => {
    expect(readAttachment({ ...file, name: 'x'.repeat(1_000) })?.name).toHaveLength(255)
  })
})
