import { expect, test } from 'vitest'
import { samplingWeight } from './sampling-weight.ts'

test.each([
  ['', 1],
  ['ot=th:0', 1],
  ['ot=th:8', 2],
  ['ot=th:c', 4],
  ['ot=th:C', 4],
  ['ot=th:fd70a3d70a3d7', 100],
  ['ot=rv:6e6d1a75832a2f;th:e', 8],
  ['vendor=a:b;th:c, ot=th:8;p:3 ,z=1', 2],
  ['x=1,\tot=th:8', 2],
  ['ot=th:ffffffffffffff', 2 ** 56],
  // not thresholds: nothing is known about the sampling
  ['ot=th:', 1],
  ['ot=th:xyz', 1],
  ['ot=th:800000000000000', 1],
  ['got=th:8', 1],
  ['ot=oth:8', 1],
  ['ot', 1],
])('trace state %j stands for %d spans', (traceState, expected) => {
  const bytes = Buffer.from(`,ot=th:e${traceState},ot=th:e`)
  expect(samplingWeight(bytes, 8, traceState.length)).toBeCloseTo(expected, 6)
})
