import time, pytest
from sqlalchemy import text
T=[]
@pytest.mark.parametrize("n", range(40))
def test_c(n, session): session.execute(text("select 1")); session.commit()
