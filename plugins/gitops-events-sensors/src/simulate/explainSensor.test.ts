import { eventOf, sensorOf } from '../__testUtils__/sensorOf';
import { compileSensor } from '../compile';
import { bindEvent } from '../eventBinding';
import { explainSensor } from './explainSensor';

const explain = (data: object) =>
  explainSensor(
    compileSensor(
      sensorOf({
        dependencies: [
          {
            name: 'alert',
            type: 'image.pushed',
            filter: 'event.data.severity == "critical"',
          },
          {
            name: 'other',
            type: 'image.gone',
            ingress: 'x',
            filter: 'event.a',
          },
        ],
      }),
    ),
    bindEvent(eventOf(data)),
  );

describe('explainSensor', () => {
  it('gives the values a filter saw, and what does not listen at all', () => {
    expect(explain({ severity: 'warning' })).toEqual({
      evaluation: {
        result: 'notMatched',
        reason: expect.objectContaining({ code: 'filterFalse' }),
      },
      dependencies: [
        {
          name: 'alert',
          type: 'image.pushed',
          listens: true,
          filter: 'event.data.severity == "critical"',
          parts: [
            {
              text: 'event.data.severity == "critical"',
              offset: 0,
              value: false,
            },
            { text: 'event.data.severity', offset: 0, value: 'warning' },
          ],
        },
        {
          name: 'other',
          type: 'image.gone',
          ingress: 'x',
          listens: false,
          filter: 'event.a',
        },
      ],
    });
  });

  it('agrees with the answer that the engine got', () => {
    expect(explain({ severity: 'critical' }).evaluation.result).toBe('matched');
    expect(explain({}).evaluation.result).toBe('error');
  });
});
