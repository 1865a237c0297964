package dev.greenlet.sample.flights;

import java.time.Instant;

/**
 * A flight of the timetable.
 *
 * @param id its id in the database
 * @param code its flight number
 * @param origin the IATA code of its origin
 * @param destination the IATA code of its destination
 * @param departure the time of its departure
 * @param seats the number of its seats
 * @param free the number of seats that are not booked
 */
public record Flight(
    long id,
    String code,
    String origin,
    String destination,
    Instant departure,
    int seats,
    int free) {}
