import type { Overview } from '@gitops-events/plugin-gitops-events-common';
import { Facts } from '../navigation/Facts';
import { Section } from '../navigation/Section';

const durabilityWords: Record<Overview['bus']['durability'], string> = {
  disk: 'on disk before it is acknowledged',
  replicated: 'on several brokers before it is acknowledged',
  relaxed: 'relaxed: an acknowledged event can be lost in a crash',
};

/** In which sense "accepted" means stored, and whether deciding keeps up. */
export function BusState({ bus }: { bus: Overview['bus'] }) {
  return (
    <Section title="Event bus" boxed>
      <Facts
        facts={[
          ['Kind', bus.kind],
          ['Database', bus.database],
          ['Stored', durabilityWords[bus.durability]],
          [
            'Behind by',
            bus.lag === 0
              ? 'nothing: every event is decided'
              : `${bus.lag} accepted and not decided yet`,
          ],
        ]}
      />
    </Section>
  );
}
