/* libmes LIBRARY [--no-checksums] FILE - decodes all rows of a binlog file with libmes, the C++ engine of the Python package
   mysql-event-stream, through its C interface; looks at each column, and prints how many there were. What DecodeCells does.

   The structures are those that the package's own binding (_ffi.py) declares; the library tells their sizes, which are
   compared. --no-checksums: mes_set_trailer_pre_verified, "while this is set, feed() performs no CRC32 pass of its own". */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct column {
    int32_t type;
    int64_t integer;
    double number;
    const unsigned char *bytes;
    uint32_t byte_count;
    const char *name;
};

struct event {
    int32_t type;
    const char *database, *table;
    const struct column *before;
    uint32_t before_count;
    const struct column *after;
    uint32_t after_count;
    uint32_t timestamp;
    const char *file;
    uint64_t offset;
    int32_t resolved;
    const char *query;
};

enum { NO_MORE_EVENTS = 300, PIECE = 1 << 20 };

static uint64_t rows, columns, sum;

static void look_at(const struct column *column, uint32_t count) {
    columns += count;
    for (; count > 0; count--, column++) {
        sum += (uint64_t)column->integer + column->byte_count;
        if (column->byte_count > 0) sum += column->bytes[0] + column->bytes[column->byte_count - 1];
    }
}

static void fail(const char *what, const char *why) {
    fprintf(stderr, "libmes: error: %s: %s\n", what, why);
    exit(1);
}

static void *library;

static void *symbol(const char *name) {
    void *found = dlsym(library, name);
    if (found == NULL) fail(name, "not in the library");
    return found;
}

int main(int count, char **words) {
    int verifies = count < 3 || strcmp(words[2], "--no-checksums") != 0;
    if (count != (verifies ? 3 : 4)) fail("usage", "libmes LIBRARY [--no-checksums] FILE");
    library = dlopen(words[1], RTLD_NOW);
    if (library == NULL) fail(words[1], dlerror());

    void *(*create)(void) = symbol("mes_create");
    int (*feed)(void *, const uint8_t *, size_t, size_t *) = symbol("mes_feed");
    int (*next_event)(void *, const struct event **) = symbol("mes_next_event");
    int (*set_max_event_size)(void *, uint32_t) = symbol("mes_set_max_event_size");
    int (*set_pre_verified)(void *, int) = symbol("mes_set_trailer_pre_verified");
    const char *(*error_string)(int) = symbol("mes_error_string");
    size_t (*size_of_event)(void) = symbol("mes_sizeof_event");
    size_t (*size_of_column)(void) = symbol("mes_sizeof_column");
    if (size_of_event() != sizeof(struct event) || size_of_column() != sizeof(struct column))
        fail(words[1], "another version: its structures have other sizes");

    void *engine = create();
    set_max_event_size(engine, 0); /* 0: any */
    set_pre_verified(engine, !verifies);
    int file = open(words[count - 1], O_RDONLY);
    uint8_t *piece = malloc(PIECE);
    if (engine == NULL || file < 0 || piece == NULL) fail(words[count - 1], "cannot be read");

    /* Behind the file's magic number. What is not used is read again. */
    off_t offset = 4;
    for (;;) {
        ssize_t read = pread(file, piece, PIECE, offset);
        if (read <= 0) break;
        size_t used = 0;
        int code = feed(engine, piece, (size_t)read, &used);
        if (code != 0) fail("mes_feed", error_string(code));
        offset += (off_t)used;
        const struct event *event;
        while ((code = next_event(engine, &event)) == 0) {
            rows++;
            look_at(event->before, event->before_count);
            look_at(event->after, event->after_count);
        }
        if (code != NO_MORE_EVENTS) fail("mes_next_event", error_string(code));
    }
    printf("%lu changes, %lu cells, sum %lu\n", rows, columns, sum);
    return 0;
}
