"""The staff app. So far the door and a first page; review, annotation and publishing come behind it."""
