import Box from '@mui/material/Box';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import type { SensorDetail } from '@gitops-events/plugin-gitops-events-common';
import { Section } from '../../navigation/Section';
import { PastEvents } from './PastEvents';
import { TextArea } from './TextArea';

/** Which event to test with: one that came, or one that is written here. */
export function EventChoice(props: {
  sensor: SensorDetail;
  written: boolean;
  uid: string;
  onUid: (uid: string) => void;
  draft: string;
  onDraft: (draft: string) => void;
  onWrite: () => void;
  onTest: () => void;
}) {
  const { sensor, written, uid, onUid, draft, onDraft, onWrite, onTest } =
    props;
  return (
    <Section
      title="Event"
      end={
        <ToggleButtonGroup
          exclusive
          size="small"
          aria-label="Where the event comes from"
          value={written ? 'own' : 'past'}
          onChange={(_, chosen) => {
            if (chosen === 'own') onWrite();
            if (chosen === 'past') onUid('');
          }}
        >
          {[
            ['past', 'Past event'],
            ['own', 'My own'],
          ].map(([value, words]) => (
            <ToggleButton
              key={value}
              value={value}
              sx={{ textTransform: 'none', py: 0.375, px: 1.25 }}
            >
              {words}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      }
    >
      {written ? (
        <>
          <TextArea
            label="Event"
            value={draft}
            rows={14}
            onChange={onDraft}
            onSubmit={onTest}
          />
          <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem', mt: 0.5 }}>
            CloudEvents in JSON. What is left out of id, source and specversion
            is filled in. Nothing is sent or stored.
          </Box>
        </>
      ) : (
        <PastEvents
          sensor={sensor.name}
          chosen={uid}
          onChoose={onUid}
          onCopy={onDraft}
        />
      )}
    </Section>
  );
}
