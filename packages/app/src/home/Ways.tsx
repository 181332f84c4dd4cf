import AddIcon from '@mui/icons-material/AddCircleOutline';
import CategoryIcon from '@mui/icons-material/CategoryOutlined';
import TimelineIcon from '@mui/icons-material/TimelineOutlined';
import Box from '@mui/material/Box';
import Card from '@mui/material/Card';
import CardActionArea from '@mui/material/CardActionArea';
import CardContent from '@mui/material/CardContent';
import Typography from '@mui/material/Typography';
import { Link } from 'react-router-dom';

const ways = [
  {
    to: '/create/templates/default/application-environment',
    Icon: AddIcon,
    title: 'Request an environment',
    text: 'Fill in a short form and watch the request until the environment is healthy.',
  },
  {
    to: '/gitops-events',
    Icon: TimelineIcon,
    title: 'See what is going on',
    text: 'Events, the changes they led to, and what waits for a person.',
  },
  {
    to: '/catalog',
    Icon: CategoryIcon,
    title: 'Find your applications',
    text: 'Each one shows on its timeline what happened to it, and why.',
  },
];

/** Where one can go from here. */
export function Ways() {
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        gridTemplateColumns: 'repeat(auto-fit, minmax(260px, 1fr))',
      }}
    >
      {ways.map(({ to, Icon, title, text }) => (
        <Card key={to} variant="outlined">
          <CardActionArea component={Link} to={to} sx={{ height: '100%' }}>
            <CardContent
              sx={{ display: 'flex', gap: 2, alignItems: 'flex-start' }}
            >
              <Icon aria-hidden color="primary" sx={{ fontSize: 28 }} />
              <div>
                <Typography variant="h2" sx={{ fontSize: 18, mb: 0.5 }}>
                  {title}
                </Typography>
                <Typography variant="body2" color="text.secondary">
                  {text}
                </Typography>
              </div>
            </CardContent>
          </CardActionArea>
        </Card>
      ))}
    </Box>
  );
}
