from __future__ import annotations

import pytest

from lvsgen.render.figure import canvas
from lvsgen.render.figure.drawing import Figure, Node, draw

DIRECTOR = Node("llclb1", ("VIP=129.129.190.54 (eth0:1) llc", "DIP=129.129.190.53 (eth0)"))


def _servers(count: int) -> tuple[Node, ...]:
    return tuple(Node(f"s{number}", (f"RIP{number}=10.0.0.{number}",)) for number in range(1, count + 1))


TWO = """\
         _________        _________             _________
        |         |      |         |           |         |
        | CLIENT 1|      | CLIENT 2|           | CLIENT N|
        |_________|      |_________|           |_________|
             |                |                     |
             ----------------------------------------
                              |
                          ____|____
                         | GATEWAY |   IP=129.129.190.1
                         |_________|
 LVS llc                      |
.......................................................................
.                             |                                       .
.        __________           |                                       .
.       | DIRECTOR |          |     VIP=129.129.190.54 (eth0:1) llc   .
.       |  llclb1  |----------|     DIP=129.129.190.53 (eth0)         .
.       |__________|          |                                       .
.                             |                                       .
.                 -------------------------                           .
.                 |                       |                           .
.       RIP1=129.129.190.175    RIP2=129.129.190.176                  .
.          ______________          ______________                     .
.         | REALSERVER 1 |        | REALSERVER 2 |                    .
.         |     llc5     |        |     llc6     |                    .
.         |______________|        |______________|                    .
.......................................................................
"""

ONE_WITHOUT_GATEWAY = """\
        _________        _________             _________
       |         |      |         |           |         |
       | CLIENT 1|      | CLIENT 2|           | CLIENT N|
       |_________|      |_________|           |_________|
            |                |                     |
            ----------------------------------------
                             |
 LVS llc                     |
......................................................................
.                            |                                       .
.        __________          |                                       .
.       | DIRECTOR |         |     VIP=129.129.190.54 (eth0:1) llc   .
.       |  llclb1  |---------|     DIP=129.129.190.53 (eth0)         .
.       |__________|         |                                       .
.                            |                                       .
.                            |                                       .
.                      RIP1=10.0.0.1                                 .
.                     ______________                                 .
.                    | REALSERVER 1 |                                .
.                    |      s1      |                                .
.                    |______________|                                .
......................................................................
"""

THROUGH = """\
     _________        _________             _________
    |         |      |         |           |         |
    | CLIENT 1|      | CLIENT 2|           | CLIENT N|
    |_________|      |_________|           |_________|
         |                |                     |
         ----------------------------------------
                          |
                      ____|____
                     | GATEWAY |   IP=192.0.2.1
                     |_________|
 LVS two                  |
...........................................................
.                         |                               .
.                    _____|____                           .
.                   | DIRECTOR |   VIP=192.0.2.9 (eth0)   .
.                   |    lb    |   DIP=192.0.2.2 (eth0)   .
.                   |__________|   DIP=10.0.0.9 (eth1)    .
.                         |        a fourth label         .
.                         |                               .
.               ---------------------                     .
.               |                   |                     .
.         RIP1=10.0.0.1       RIP2=10.0.0.2               .
.        ______________      ______________               .
.       | REALSERVER 1 |    | REALSERVER 2 |              .
.       |      s1      |    |      s2      |              .
.       |______________|    |______________|              .
...........................................................
"""

MANY = """\
 LVS llc                     |
...........................................................................
.                            |                                            .
.        __________          |                                            .
.       | DIRECTOR |         |     VIP=1                                  .
.       |    a     |---------|     VIP=2                                  .
.       |__________|         |     VIP=3                                  .
.                            |     VIP=4                                  .
.                            |     VIP=5                                  .
.                            |     VIP=6                                  .
.                            |     VIP=7                                  .
.                            |     ... and 2 more, in the tables below    .
.                            |                                            .
.        __________          |                                            .
.       | DIRECTOR |         |                                            .
.       |    b     |---------|                                            .
.       |__________|         |                                            .
.                            |                                            .
.                            |--- REALSERVER 1   s1   RIP1=10.0.0.1       .
.                            |--- REALSERVER 2   s2   RIP2=10.0.0.2       .
.                            |--- REALSERVER 3   s3   RIP3=10.0.0.3       .
.                            |--- REALSERVER 4   s4   RIP4=10.0.0.4       .
.                            |--- REALSERVER 5   s5   RIP5=10.0.0.5       .
.                            |--- REALSERVER 6   s6   RIP6=10.0.0.6       .
.                            |--- REALSERVER 7   s7   RIP7=10.0.0.7       .
.                            |--- REALSERVER 8   s8   RIP8=10.0.0.8       .
.                            |--- REALSERVER 9   s9   RIP9=10.0.0.9       .
.                            |--- REALSERVER 10  s10  RIP10=10.0.0.10     .
.                            |--- REALSERVER 11  s11  RIP11=10.0.0.11     .
.                            |--- REALSERVER 12  s12  RIP12=10.0.0.12     .
.                            |--- REALSERVER 13  s13  RIP13=10.0.0.13     .
.                            |--- REALSERVER 14  s14  RIP14=10.0.0.14     .
.                            |--- REALSERVER 15  s15  RIP15=10.0.0.15     .
.                            |--- REALSERVER 16  s16  RIP16=10.0.0.16     .
.                            |--- ... and 4 more, in the table of hosts   .
...........................................................................
"""


def test_two_realservers_stand_side_by_side() -> None:
    servers = (Node("llc5", ("RIP1=129.129.190.175",)), Node("llc6", ("RIP2=129.129.190.176",)))
    assert draw(Figure("LVS llc", "129.129.190.1", (DIRECTOR,), servers)) == TWO


def test_one_realserver_hangs_on_the_line_and_a_network_without_gateway_shows_none() -> None:
    assert draw(Figure("LVS llc", "", (DIRECTOR,), _servers(1))) == ONE_WITHOUT_GATEWAY


def test_a_director_between_two_networks_stands_on_the_line() -> None:
    labels = ("VIP=192.0.2.9 (eth0)", "DIP=192.0.2.2 (eth0)", "DIP=10.0.0.9 (eth1)", "a fourth label")
    figure = Figure("LVS two", "192.0.2.1", (Node("lb", labels),), _servers(2), through=True)
    assert draw(figure) == THROUGH


def test_many_of_anything_become_a_list_that_says_what_it_leaves_out() -> None:
    directors = (Node("a", tuple(f"VIP={number}" for number in range(1, 10))), Node("b", ()))
    drawn = draw(Figure("LVS llc", "", directors, _servers(20)))
    assert drawn[drawn.index(" LVS") :] == MANY


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 16, 17, 300])
@pytest.mark.parametrize("length", [1, 12, 63])
@pytest.mark.parametrize("through", [False, True])
def test_the_frame_is_straight_and_no_line_ends_in_a_blank(count: int, length: int, through: bool) -> None:
    servers = tuple(Node("s" * length, (f"RIP{number}=192.168.100.200",)) for number in range(count))
    director = Node("d" * length, ("VIP=192.168.100.100 (eth0:1) " + "v" * length,))
    lines = draw(Figure("LVS " + "c" * 16, "192.168.100.1", (director,), servers, through)).splitlines()
    first = next(number for number, line in enumerate(lines) if set(line) == {"."})
    framed = lines[first:]
    assert {len(line) for line in framed} == {len(lines[first])}
    assert all(line.startswith(".") and line.endswith(".") for line in framed)
    assert all(line == line.rstrip() for line in lines)
    trunk = lines[first - 1].index("|")
    assert {lines[6][trunk], framed[1][trunk]} == {"|"}


def test_pieces_never_cover_each_other() -> None:
    with pytest.raises(ValueError, match="'b' does not fit at column 1"):
        canvas.row((0, "aa"), (1, "b"))
