import Box from '@mui/material/Box';
import type {
  ProblemMark,
  SensorDetail,
} from '@gitops-events/plugin-gitops-events-common';
import { Section } from '../../navigation/Section';
import { Problems } from './Problems';
import { SourceText } from './SourceText';
import { useLineInAddress } from './useLineInAddress';

const none: readonly ProblemMark[] = [];
const newest = 'L';
const active = 'A';

/** The YAML with line numbers and the linter's marks; a newer text that was refused stands beside the active one. */
export function SensorSource({ sensor }: { sensor: SensorDetail }) {
  const { yaml, refusedYaml, problems, location, revision } = sensor;
  useLineInAddress();
  return (
    <>
      <Box sx={{ color: 'text.secondary', mb: 2, overflowWrap: 'anywhere' }}>
        Read from <Box component="code">{location}</Box>. It is changed there;
        what is changed is loaded by itself.
      </Box>
      <Problems problems={problems} anchor={newest} />
      {refusedYaml === undefined ? (
        <Section
          title={revision === undefined ? 'Refused' : `Revision ${revision}`}
        >
          <SourceText
            label="Source"
            anchor={newest}
            text={yaml}
            marks={problems}
          />
        </Section>
      ) : (
        <Box
          sx={{
            display: 'grid',
            columnGap: 2,
            gridTemplateColumns: {
              xs: 'minmax(0, 1fr)',
              lg: 'minmax(0, 1fr) minmax(0, 1fr)',
            },
          }}
        >
          <Section title="Newest text, refused">
            <SourceText
              label="Refused source"
              anchor={newest}
              text={refusedYaml}
              beside={{ text: yaml, own: 'added' }}
              marks={problems}
            />
          </Section>
          <Section title={`Revision ${revision}, active`}>
            <SourceText
              label="Active source"
              anchor={active}
              text={yaml}
              beside={{ text: refusedYaml, own: 'deleted' }}
              marks={none}
            />
          </Section>
        </Box>
      )}
    </>
  );
}
