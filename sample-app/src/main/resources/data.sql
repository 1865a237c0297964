insert into flight (id, code, origin, destination, departure, seats) values
  (1, 'GR 101', 'HAM', 'LIS', '2027-03-01 06:40:00+00', 180),
  (2, 'GR 214', 'LIS', 'HAM', '2027-03-01 11:25:00+00', 180),
  (3, 'GR 330', 'FRA', 'JFK', '2027-03-02 09:10:00+00', 300),
  (4, 'GR 331', 'JFK', 'FRA', '2027-03-02 21:45:00+00', 300),
  (5, 'GR 702', 'ZRH', 'OSL', '2027-03-03 07:05:00+00', 78),
  (6, 'GR 9',   'BRE', 'HGL', '2027-03-03 08:30:00+00', 4)
on conflict do nothing;
