import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { closings } from '../protocol/close.ts'
import { kinds } from '../protocol/native.ts'
import { limits } from '../server/limits.ts'

const page = (name: string): string => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8')

describe('the pages name', () => {
  test.each(Object.keys(limits))('the limit %s', name => {
    expect(page('security.md')).toContain(`\`${name}\``)
  })

  test.each(Object.entries(closings))('the code %s', (name, { code }) => {
    expect(page('protocol.md')).toMatch(new RegExp(`\\| \`${name}\` +\\| ${code} `))
  })

  test.each(Object.values(kinds))('the native kind %i', kind => {
    expect(page('protocol.md')).toMatch(new RegExp(`^\\| ${kind} +\\|`, 'm'))
  })
})
