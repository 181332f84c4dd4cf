import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';

const steps = [
  ['Event', 'A form, a webhook or an alert tells that something happened.'],
  ['Sensor', 'A rule in Git decides what follows, and says why.'],
  ['Change', 'Files are rendered, judged by policy and committed.'],
  ['Pull request', 'Merged under rules, or by the person who is asked.'],
  ['Sync', 'The commit is applied, and its health is watched.'],
  ['Timeline', 'Each step appears on the page of the application, live.'],
] as const;

/** The way of an event, from left to right. */
export function Chain() {
  return (
    <Box component="section" aria-labelledby="chain">
      <Typography
        id="chain"
        component="h2"
        sx={{ fontSize: 18, fontWeight: 600, mb: 1.5 }}
      >
        What happens to a request
      </Typography>
      <Box
        component="ol"
        sx={{
          m: 0,
          p: 0,
          listStyle: 'none',
          display: 'grid',
          gap: 2,
          gridTemplateColumns: {
            xs: 'minmax(0, 1fr)',
            sm: 'repeat(auto-fit, minmax(150px, 1fr))',
          },
        }}
      >
        {steps.map(([name, text], index) => (
          <Box
            component="li"
            key={name}
            sx={{ borderTop: 3, borderColor: 'primary.main', pt: 1 }}
          >
            <Typography sx={{ fontSize: 14, fontWeight: 600 }}>
              {index + 1}. {name}
            </Typography>
            <Typography variant="body2" color="text.secondary">
              {text}
            </Typography>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
