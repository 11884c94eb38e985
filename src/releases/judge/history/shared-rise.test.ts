import { expect, test } from 'vitest'
import { sharedRise, type UntouchedService } from './shared-rise.ts'

function service(failedBefore: number, failedAfter: number, requests = 1000): UntouchedService {
  return {
    service: 'search',
    before: { requests, failed: failedBefore },
    after: { requests, failed: failedAfter },
  }
}

test('without another service with requests on both sides nothing is known', () => {
  expect(sharedRise([])).toBeNull()
  expect(sharedRise([service(0, 20, 40)])).toBeNull()
})

test('a rise of most services is shared, in its median size', () => {
  const services = [service(10, 200), service(10, 100), service(10, 50)]
  const { factor, ...counts } = sharedRise(services)!
  expect(counts).toEqual({ services: 3, risen: 3 })
  expect(factor).toBeCloseTo(100.5 / 10.5, 6)
})

test('a rise of the minority, or one that chance explains, is not', () => {
  expect(sharedRise([service(10, 200), service(10, 12), service(10, 9)])!.factor).toBe(1)
  expect(sharedRise([service(2, 5), service(1, 4)])).toEqual({ factor: 1, services: 2, risen: 0 })
})
