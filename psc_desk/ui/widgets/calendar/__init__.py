"""The calendar's views: day, week, month, agenda, the shelf of parked visits and the bar above them."""
