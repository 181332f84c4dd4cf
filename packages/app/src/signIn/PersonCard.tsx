import Avatar from '@mui/material/Avatar';
import Card from '@mui/material/Card';
import CardActionArea from '@mui/material/CardActionArea';
import CardContent from '@mui/material/CardContent';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { Person } from './people';

export function PersonCard(props: { person: Person; onChoose(): void }) {
  const { displayName, team, may } = props.person;
  return (
    <Card variant="outlined">
      <CardActionArea
        onClick={props.onChoose}
        aria-label={`Sign in as ${displayName}`}
        sx={{ height: '100%' }}
      >
        <CardContent>
          <Stack direction="row" spacing={2} alignItems="center">
            <Avatar sx={{ bgcolor: 'primary.main' }}>{displayName[0]}</Avatar>
            <div>
              <Typography variant="h2" sx={{ fontSize: 18, fontWeight: 600 }}>
                {displayName}
              </Typography>
              <Typography variant="body2" color="text.secondary">
                {team}
              </Typography>
            </div>
          </Stack>
          <Typography variant="body2" sx={{ mt: 2 }}>
            {may}
          </Typography>
        </CardContent>
      </CardActionArea>
    </Card>
  );
}
