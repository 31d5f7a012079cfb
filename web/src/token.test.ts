import { describe, expect, test } from 'vitest'
import { bringsToken, subjectOf, type Tab, takeToken } from './token.ts'

class TestTab implements Tab {
  readonly location = { pathname: '/r/harbour', search: '', hash: '' }
  readonly kept = new Map<string, string>()
  readonly storage = {
    getItem: (key: string) => this.kept.get(key) ?? null,
    setItem: (key: string, value: string) => void this.kept.set(key, value),
    removeItem: (key: string) => void this.kept.delete(key),
  }
  readonly history = {
    state: { place: 'kept' },
    replaceState: (state: unknown, _: string, url?: string | URL | null) => {
      expect(state).toEqual({ place: 'kept' })
      const { pathname, search, hash } = new URL(url ?? '', 'http://harbor.test')
      Object.assign(this.location, { pathname, search, hash })
    },
  }

  at(address: string): this {
    const { pathname, search, hash } = new URL(address, 'http://harbor.test')
    Object.assign(this.location, { pathname, search, hash })
    return this
  }

  get address(): string {
    return this.location.pathname + this.location.search + this.location.hash
  }
}

describe('the token of a link', () => {
  test('is taken out of the address and kept for the tab', () => {
    const tab = new TestTab()
    expect(takeToken(tab)).toBe(null)
    expect(takeToken(tab.at('/r/caf%C3%A9?x=1#token=aa.b-b.c_c'))).toBe('aa.b-b.c_c')
    expect(tab.address).toBe('/r/caf%C3%A9?x=1')
    expect(takeToken(tab.at('/'))).toBe('aa.b-b.c_c')
  })

  test('replaces the one before, and an empty one forgets it', () => {
    const tab = new TestTab()
    takeToken(tab.at('/#token=old'))
    expect(takeToken(tab.at('/#token=new'))).toBe('new')
    expect(takeToken(tab.at('/#token='))).toBe(null)
    expect(tab.address).toBe('/')
    expect(tab.kept.size).toBe(0)
  })

  test.each(['/', '/r/token', '/r/x?token=y', '/r/x#tokens=y', '/#', '/r/x#y'])('is nowhere else: %s', address => {
    const tab = new TestTab().at(address)
    const before = tab.address
    expect(bringsToken(tab.location)).toBe(false)
    expect(takeToken(tab)).toBe(null)
    expect(tab.address).toBe(before)
  })
})

const jwt = (payload: unknown) => {
  const json = typeof payload === 'string' ? payload : JSON.stringify(payload)
  const bytes = String.fromCharCode(...new TextEncoder().encode(json))
  return `e30.${btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}.c2lnbmF0dXJl`
}

test('a token says whom it is for', () => {
  expect(subjectOf(jwt({ sub: 'lin', name: '林?>' }))).toEqual({ id: 'lin', name: '林?>' })
  expect(subjectOf(jwt({ sub: 'ada' }))).toEqual({ id: 'ada', name: '' })
})

test.each(['', 'a', 'a.b.c', 'a.!!.c', jwt('{'), jwt(null), jwt({ name: 'Ada' }), jwt({ sub: 7, name: 'x' })])(
  'a token that cannot be read names nobody: %s',
  token => expect(subjectOf(token)).toBeNull(),
)
