import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { LoadingRows } from '../feedback/LoadingRows';
import { PageShortcuts } from '../keyboard/PageShortcuts';
import { ConnectionState } from '../live/ConnectionState';
import { PageBody } from '../navigation/PageBody';
import { SourceCard } from './SourceCard';
import { howSourcesStand } from './sourceNumbers';
import { SourcesEmpty } from './SourcesEmpty';
import { useOpenSources } from './useOpenSources';
import { useSources } from './useSources';

/** Where events are fetched from: is each source read, and if not, why? */
export function SourcesPage() {
  const { value: sources, error, connection, refresh } = useSources();
  const { isOpen, toggle } = useOpenSources();
  return (
    <PageBody>
      <PageShortcuts />
      {error !== undefined && (!sources || connection === 'live') && (
        <ErrorPanel
          title="The event sources could not be loaded"
          error={error}
          onRetry={refresh}
        />
      )}
      {!sources && error === undefined && <LoadingRows rows={3} height={96} />}
      {sources?.length === 0 && <SourcesEmpty />}
      {!!sources?.length && (
        <>
          <Box
            sx={{
              display: 'flex',
              flexWrap: 'wrap',
              alignItems: 'baseline',
              columnGap: 2,
              rowGap: 0.5,
              mb: 2,
            }}
          >
            <Typography
              component="h2"
              sx={{ fontSize: '1.125rem', fontWeight: 600, m: 0 }}
            >
              {howSourcesStand(sources)}
            </Typography>
            <ConnectionState connection={connection} />
          </Box>
          <Box
            component="ul"
            aria-label="Event sources"
            sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 1.5 }}
          >
            {sources.map(source => (
              <SourceCard
                key={source.name}
                source={source}
                open={isOpen(source.name)}
                onToggle={() => toggle(source.name)}
                onChanged={refresh}
              />
            ))}
          </Box>
        </>
      )}
    </PageBody>
  );
}
