import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { Allowance } from '../server/allowance.ts'
import { Entrance } from '../server/entrance.ts'
import { Visitors } from '../server/visitors.ts'
import { TestClock } from './support/test-clock.ts'

function request(headers: Record<string, string>, remoteAddress = '203.0.113.5'): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage
}

describe('L1: which pages may connect', () => {
  test.each([
    ['a program, which names no origin', {}, true],
    ['a page of this very server', { origin: 'https://sync.example.com', host: 'sync.example.com' }, true],
    ['the same on a port of its own', { origin: 'http://sync.example.com:8080', host: 'sync.example.com:8080' }, true],
    ['a page that was named', { origin: 'https://app.example.com', host: 'sync.example.com' }, true],
    ['a page of another port', { origin: 'http://sync.example.com:81', host: 'sync.example.com:8080' }, false],
    ['somebody else’s page', { origin: 'https://evil.example', host: 'sync.example.com' }, false],
    ['one whose name ends alike', { origin: 'https://evil-app.example.com', host: 'sync.example.com' }, false],
    [
      'one whose name begins alike',
      { origin: 'https://app.example.com.evil.example', host: 'sync.example.com' },
      false,
    ],
    ['a file, or a page in a sandbox', { origin: 'null', host: 'sync.example.com' }, false],
    ['a developer’s page on this machine', { origin: 'http://localhost:5173', host: '127.0.0.1:1234' }, true],
    ['somebody else’s page, on this machine', { origin: 'https://evil.example', host: '127.0.0.1:1234' }, false],
    [
      'a page that calls itself by a number',
      { origin: 'http://127.0.0.1.evil.example', host: '127.0.0.1:1234' },
      false,
    ],
    ['a page of this machine, elsewhere', { origin: 'http://localhost:5173', host: 'sync.example.com' }, false],
  ])('%s', (_, headers, isAllowed) => {
    const entrance = new Entrance({ origins: ['https://app.example.com'] })
    expect(entrance.allows(request(headers as Record<string, string>))).toBe(isAllowed)
  })

  test('a page that calls itself by a name that leads to this machine, only where people are asked who they are', () => {
    const rebound = request({ origin: 'http://evil.example:1234', host: 'evil.example:1234' }, '127.0.0.1')
    expect(new Entrance({}, true).allows(rebound)).toBe(false)
    expect(new Entrance({}, false).allows(rebound)).toBe(true)
    expect(new Entrance({ origins: ['http://evil.example:1234'] }, true).allows(rebound)).toBe(true)
  })

  test('all of them, when that was said', () => {
    expect(new Entrance({ origins: ['*'] }).allows(request({ origin: 'https://x.example', host: 'y' }))).toBe(true)
  })

  test.each([['app.example.com'], ['https://'], ['file:///x'], ['']])('%s is not an origin', origin => {
    expect(() => new Entrance({ origins: [origin] })).toThrow(RangeError)
  })
})

describe('L2: where somebody is from', () => {
  const entrance = new Entrance({ trustedProxies: ['10.0.0.0/8', '::1', '192.0.2.7'] })
  test.each([
    ['without a proxy', '203.0.113.5', undefined, '203.0.113.5'],
    ['what a stranger writes is not believed', '203.0.113.5', '198.51.100.1', '203.0.113.5'],
    ['behind a proxy', '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['behind two', '::1', '198.51.100.1, 10.9.9.9', '198.51.100.1'],
    ['what was before a stranger is the stranger’s word', '10.1.2.3', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['a proxy that writes nonsense is itself the address', '10.1.2.3', 'unknown', '10.1.2.3'],
    ['IPv4 in the clothes of IPv6', '::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1'],
  ])('%s', (_, remote, forwarded, address) => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
    expect(entrance.addressOf(request(headers as Record<string, string>, remote))).toBe(address)
  })

  test('the host that a trusted proxy was asked for is the server’s own', () => {
    const headers = { origin: 'https://sync.example.com', host: 'inner:1234', 'x-forwarded-host': 'sync.example.com' }
    expect(entrance.allows(request(headers, '10.0.0.1'))).toBe(true)
    expect(entrance.allows(request(headers, '203.0.113.5'))).toBe(false)
  })

  test.each([['10.0.0.0/33'], ['10.0.0'], ['proxy.example'], ['10.0.0.0/x']])('%s is no network', network => {
    expect(() => new Entrance({ trustedProxies: [network] })).toThrow(RangeError)
  })
})

describe('L3: how much', () => {
  test('a burst is free, and what is more has to wait for as long as it takes', () => {
    const clock = new TestClock()
    const allowance = new Allowance(clock, { perSecond: 10, burst: 20 })
    for (let i = 0; i < 20; i++) expect(allowance.spend(1)).toBe(0)
    expect(allowance.spend(1)).toBeCloseTo(100)
    clock.advance(100)
    expect(allowance.spend(5)).toBeCloseTo(500)
    clock.advance(60_000)
    expect(allowance.spend(20)).toBe(0)
  })

  test('so many at a time, and another when one has left', () => {
    const visitors = new Visitors(2)
    const leave = visitors.enter('a')
    expect(visitors.enter('a')).not.toBe(null)
    expect(visitors.enter('a')).toBe(null)
    expect(visitors.enter('b')).not.toBe(null)
    leave?.()
    leave?.()
    expect(visitors.enter('a')).not.toBe(null)
    expect(visitors.enter('a')).toBe(null)
  })
})
